import type { ModuleHost, RecordWidgetProps, WidgetSlot } from "@opsflux/ui";
import { type ComponentType, useSyncExternalStore } from "react";
import type { Bundle } from "../api/app";

/** Places for the application's own features besides those that modules may fill. */
export type OwnSlot = WidgetSlot | "list.actions" | "record.strip";

export interface WidgetEntry {
  module: string;
  id: string;
  slot: OwnSlot;
  /** Undefined: for every entity. */
  entity: string | undefined;
  component: ComponentType<RecordWidgetProps>;
}

export interface PageEntry {
  module: string;
  id: string;
  component: ComponentType<{ module: string }>;
}

interface Registered {
  widgets: WidgetEntry[];
  pages: PageEntry[];
}

let registered: Registered = { widgets: [], pages: [] };
const listeners = new Set<() => void>();

function change(next: Registered): void {
  registered = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Takes back all that a module registered. */
export function forget(module: string): void {
  change({
    widgets: registered.widgets.filter((entry) => entry.module !== module),
    pages: registered.pages.filter((entry) => entry.module !== module),
  });
}

/** For widgets of the application itself, which need no declaration. */
export function registerOwnWidget(entry: WidgetEntry): void {
  change({ ...registered, widgets: [...registered.widgets, entry] });
}

/** Names inside a manifest are the module's own; outside they carry its id. */
function fullName(module: string, entity: string | undefined): string | undefined {
  return entity === undefined || entity.includes(".") ? entity : `${module}.${entity}`;
}

/** What a bundle's `register` is given: it can bind what the manifest declares, and nothing else. */
export function createHost(bundle: Bundle): ModuleHost {
  const declared = bundle.widgets ?? [];
  return {
    module: bundle.module,
    version: bundle.version,
    registerWidget(slot, component, id) {
      const declaration = declared.find(
        (widget) => widget.slot === slot && (id === undefined || widget.id === id),
      );
      if (!declaration) {
        const known = declared.map((widget) => `${widget.id} in ${widget.slot}`).join(", ") || "none";
        throw new Error(
          `${bundle.module}: no widget ${id ?? ""} in ${slot} is declared in manifest.json (declared: ${known})`,
        );
      }
      const entity = fullName(bundle.module, declaration.entity);
      const entry = { module: bundle.module, id: declaration.id, slot, entity, component };
      change({ ...registered, widgets: [...registered.widgets, entry] });
    },
    registerPage(id, component) {
      change({ ...registered, pages: [...registered.pages, { module: bundle.module, id, component }] });
    },
  };
}

export function useWidgets(slot: OwnSlot, entity?: string): WidgetEntry[] {
  const { widgets } = useSyncExternalStore(subscribe, () => registered);
  return widgets.filter(
    (entry) => entry.slot === slot && (entry.entity === undefined || entry.entity === entity),
  );
}

export function usePage(module: string | undefined, id: string | undefined): PageEntry | undefined {
  const { pages } = useSyncExternalStore(subscribe, () => registered);
  return pages.find((entry) => entry.module === module && entry.id === id);
}
