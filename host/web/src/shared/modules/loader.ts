import type { RegisterModule } from "@opsflux/ui";
import { useEffect, useSyncExternalStore } from "react";
import type { Bundle } from "../api/app";
import { createHost, forget } from "./registry";

/** The entry that is in use, by module. The entry's address holds the digest, so that another version is another one. */
const inUse = new Map<string, string>();
let failures: Record<string, Error> = {};
const listeners = new Set<() => void>();

function setFailure(module: string, error: Error | undefined): void {
  const { [module]: _old, ...others } = failures;
  failures = error ? { ...others, [module]: error } : others;
  for (const listener of listeners) listener();
}

function addStyles(bundle: Bundle): void {
  const folder = bundle.entry.slice(0, bundle.entry.lastIndexOf("/") + 1);
  for (const style of bundle.styles ?? []) {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = style.startsWith("/") ? style : folder + style;
    link.dataset.module = bundle.module;
    document.head.append(link);
  }
}

function removeStyles(module: string): void {
  for (const link of document.querySelectorAll<HTMLLinkElement>("link[data-module]"))
    if (link.dataset.module === module) link.remove();
}

function unload(module: string): void {
  inUse.delete(module);
  forget(module);
  removeStyles(module);
  setFailure(module, undefined);
}

async function load(bundle: Bundle): Promise<void> {
  inUse.set(bundle.module, bundle.entry);
  try {
    const loaded = (await import(/* @vite-ignore */ bundle.entry)) as { register?: RegisterModule };
    if (inUse.get(bundle.module) !== bundle.entry) return;
    if (typeof loaded.register !== "function")
      throw new Error(`${bundle.entry} does not export register(host)`);
    addStyles(bundle);
    loaded.register(createHost(bundle));
  } catch (error) {
    forget(bundle.module);
    setFailure(bundle.module, error instanceof Error ? error : new Error(String(error)));
    console.error(error);
  }
}

/** Brings what is loaded in line with the active modules: new ones come, gone ones leave, changed ones do both. */
export function syncBundles(bundles: Bundle[]): void {
  const wanted = new Map(bundles.map((bundle) => [bundle.module, bundle.entry]));
  for (const [module, entry] of inUse) if (wanted.get(module) !== entry) unload(module);
  for (const bundle of bundles) if (!inUse.has(bundle.module)) void load(bundle);
}

export function useBundles(bundles: Bundle[]): void {
  useEffect(() => syncBundles(bundles), [bundles]);
}

/** Modules whose front end could not be loaded; their generic screens work without it. */
export function useBundleFailures(): Record<string, Error> {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => failures,
  );
}
