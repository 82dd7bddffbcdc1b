import { useSyncExternalStore } from "react";
import type { Density, ThemeChoice } from "../api/app";

const listeners = new Set<() => void>();
const dark = window.matchMedia("(prefers-color-scheme: dark)");

/** Values kept on this device. Storage can be forbidden by the browser; then they last as long as the page. */
const kept = new Map<string, string>();

export function recall(name: string): string | undefined {
  try {
    return localStorage.getItem(`opsflux.${name}`) ?? undefined;
  } catch {
    return kept.get(name);
  }
}

type OwnChange = (name: string, value: string | undefined) => void;
const ownChanges = new Set<OwnChange>();

/** Is told of what the person chooses on this device; not of what comes from elsewhere. */
export function onOwnChange(listener: OwnChange): () => void {
  ownChanges.add(listener);
  return () => ownChanges.delete(listener);
}

/** Keeps what the person chose here. */
export function remember(name: string, value: string | undefined): void {
  rememberQuietly(name, value);
  for (const listener of ownChanges) listener(name, value);
}

/** Keeps what was not chosen here and now. */
export function rememberQuietly(name: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(`opsflux.${name}`);
    else localStorage.setItem(`opsflux.${name}`, value);
  } catch {
    if (value === undefined) kept.delete(name);
    else kept.set(name, value);
  }
}

function apply(): void {
  const theme = themeChoice();
  const root = document.documentElement;
  root.dataset.theme = theme === "auto" ? (dark.matches ? "dark" : "light") : theme;
  root.dataset.density = density();
  for (const listener of listeners) listener();
}

dark.addEventListener("change", apply);

/** Shows what is kept, after it was changed quietly. */
export function announce(): void {
  apply();
}

function themeChoice(): ThemeChoice {
  const value = recall("theme");
  return value === "dark" || value === "light" ? value : "auto";
}

function density(): Density {
  const value = recall("density");
  return value === "comfortable" || value === "dense" ? value : "compact";
}

export function setTheme(value: ThemeChoice): void {
  remember("theme", value);
  apply();
}

export function setDensity(value: Density): void {
  remember("density", value);
  apply();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useTheme(): ThemeChoice {
  return useSyncExternalStore(subscribe, themeChoice);
}

export function useDensity(): Density {
  return useSyncExternalStore(subscribe, density);
}

/** A switch that is kept on this device, for instance the folded sidebar. */
export function useRemembered(name: string, first: string): [string, (value: string) => void] {
  const value = useSyncExternalStore(subscribe, () => recall(name) ?? first);
  return [
    value,
    (next) => {
      remember(name, next);
      for (const listener of listeners) listener();
    },
  ];
}

export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = window.matchMedia(query);
      media.addEventListener("change", listener);
      return () => media.removeEventListener("change", listener);
    },
    () => window.matchMedia(query).matches,
  );
}

export const phone = "(width < 640px)";
export const narrow = "(width < 1100px)";
