import { useEffect, useRef } from "react";
import { recall } from "./preferences";

export type Shortcuts = Record<string, ((event: KeyboardEvent) => void) | undefined>;

export const isApple = /mac|iphone|ipad/i.test(navigator.platform);
export const commandKey = isApple ? "⌘" : "Ctrl ";

function inField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.tagName === "TEXTAREA" || target.tagName === "SELECT") return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button"].includes(target.type);
}

function overlayOpen(): boolean {
  return document.querySelector('[role="dialog"],[role="menu"]') !== null;
}

/** Space and Enter belong to the control that has the focus. */
function controlsOwn(event: KeyboardEvent): boolean {
  if (event.key !== " " && event.key !== "Enter") return false;
  return (
    event.target instanceof HTMLElement && event.target.closest("button,a,input,summary,[role=tab]") !== null
  );
}

const names: Record<string, string> = {
  ArrowDown: "down",
  ArrowUp: "up",
  Enter: "enter",
  Escape: "escape",
  " ": "space",
};

function nameOf(event: KeyboardEvent): string {
  const command = event.metaKey || event.ctrlKey ? "mod+" : "";
  return command + (names[event.key] ?? event.key.toLowerCase());
}

/**
 * Keys of a page, by name: "n", "/", "down", "mod+k" (⌘ or Ctrl). Single keys are off inside fields, while a
 * dialog or menu is open, and when the user has turned them off.
 */
export function useShortcuts(shortcuts: Shortcuts): void {
  const current = useRef(shortcuts);
  useEffect(() => {
    current.current = shortcuts;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const name = nameOf(event);
      const run = current.current[name];
      if (!run || event.defaultPrevented || event.altKey) return;
      if (!name.startsWith("mod+")) {
        if (inField(event.target) || overlayOpen() || controlsOwn(event)) return;
        if (name.length === 1 && recall("single_keys") === "off") return;
      }
      event.preventDefault();
      run(event);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}
