import { Button } from "@opsflux/ui";
import { CircleCheck, OctagonMinus, X } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useText } from "../i18n/text";
import { IconButton } from "./overlay";

interface Toast {
  id: number;
  text: string;
  error: boolean;
  undo?: () => void;
}

/** Ten seconds to change one's mind. */
const undoMs = 10_000;
const readMs = 5_000;

let toasts: Toast[] = [];
let count = 0;
const listeners = new Set<() => void>();

function change(next: Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

function dismiss(id: number): void {
  change(toasts.filter((toast) => toast.id !== id));
}

/** Says that something was done. With `undo` it can be taken back for ten seconds. */
export function say(text: string, undo?: () => void): void {
  count += 1;
  const id = count;
  change([...toasts.slice(-2), { id, text, error: false, undo }]);
  setTimeout(() => dismiss(id), undo ? undoMs : readMs);
}

/** For failures that have no place on the page; it stays until it is closed. */
export function sayError(text: string): void {
  count += 1;
  change([...toasts.slice(-2), { id: count, text, error: true }]);
}

export function Toasts() {
  const { t } = useText();
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <section
      aria-live="polite"
      aria-label={t("toast.region")}
      className="pointer-events-none fixed inset-x-0 bottom-15 z-50 grid justify-items-center gap-2 px-4 touch:bottom-24"
    >
      {shown.map((toast) => (
        <div
          key={toast.id}
          className="pointer-events-auto flex min-h-11 max-w-xl animate-rise items-center gap-2.5 rounded-card border border-line bg-surface py-1.5 pr-1.5 pl-3.5 text-body shadow-e3"
        >
          {toast.error ? (
            <OctagonMinus size={16} className="shrink-0 text-danger" aria-hidden="true" />
          ) : (
            <CircleCheck size={16} className="shrink-0 text-ok" aria-hidden="true" />
          )}
          <span className="flex-1">{toast.text}</span>
          {toast.undo && (
            <Button
              onClick={() => {
                dismiss(toast.id);
                toast.undo?.();
              }}
            >
              {t("action.undo")}
            </Button>
          )}
          <IconButton label={t("action.close")} onClick={() => dismiss(toast.id)}>
            <X size={16} aria-hidden="true" />
          </IconButton>
        </div>
      ))}
    </section>
  );
}
