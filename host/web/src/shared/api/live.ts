import type { QueryClient } from "@tanstack/react-query";
import { appQuery } from "./app";
import { noteAnswer, noteLive, noteSilence } from "./connection";
import { readAnew } from "./context";
import { type ImportRun, noteImport } from "./imports";
import { moduleKeys, type Operation } from "./modules";
import { type Kept, onChannelOpen, onPreferences } from "./preferences";
import { entityKey } from "./records";
import { loseSession, renewSession } from "./request";
import { allSettingsKey } from "./settings";

interface RecordEvent {
  entity: string;
  /** Null where this person may see some records only: then any of them may have changed. */
  id: string | null;
  action: string;
}

/** Of the page on which texts are changed. */
export const textListKey = ["text-list"];

const firstRetry = 1000;
const longestRetry = 30000;

/** Refreshes only the lists and the one record; other open records of the entity are not asked for again. */
function onRecord(client: QueryClient, event: RecordEvent): void {
  const filters = {
    queryKey: entityKey(event.entity),
    predicate: ({ queryKey }: { queryKey: readonly unknown[] }) => {
      const [, , kind, id] = queryKey;
      return event.id === null || (kind !== "record" && kind !== "activity") || id === event.id;
    },
  };
  // A first answer that is under way may be from before the change, and is not asked for anew while it is.
  const first = client
    .getQueryCache()
    .findAll({ ...filters, fetchStatus: "fetching" })
    .filter((query) => query.state.data === undefined);
  void client.invalidateQueries(filters);
  if (first.length > 0)
    void Promise.allSettled(first.map((query) => query.promise)).then(() =>
      client.invalidateQueries(filters),
    );
}

function onOperation(client: QueryClient, operation: Operation): void {
  const key = moduleKeys.operation(operation.id);
  // Events are told in one language for all; why something failed is asked for in the reader's.
  if (operation.error) void client.invalidateQueries({ queryKey: key });
  else client.setQueryData(key, operation);
  void client.invalidateQueries({ queryKey: moduleKeys.operations, exact: true });
  if (operation.state !== "running") void client.invalidateQueries({ queryKey: moduleKeys.all });
}

function listen(client: QueryClient, source: EventSource): void {
  const on = <T>(name: string, handle: (data: T) => void) =>
    source.addEventListener(name, (event) => {
      noteAnswer();
      handle(JSON.parse((event as MessageEvent<string>).data) as T);
    });
  on<unknown>("registry", () => {
    void client.invalidateQueries({ queryKey: appQuery.queryKey });
    void client.invalidateQueries({ queryKey: ["texts"] });
    void client.invalidateQueries({ queryKey: textListKey });
    void client.invalidateQueries({ queryKey: moduleKeys.all });
  });
  on<unknown>("texts", () => {
    for (const queryKey of [["texts"], textListKey, appQuery.queryKey])
      void client.invalidateQueries({ queryKey });
  });
  // Other things are allowed now, or in the name of another company: menus, pages and records are asked for again.
  on<unknown>("rights", () => void readAnew(client));
  // A feature flag was switched for this person.
  on<unknown>("flags", () => void client.invalidateQueries({ queryKey: appQuery.queryKey }));
  on<RecordEvent>("record", (event) => onRecord(client, event));
  on<Operation>("operation", (operation) => onOperation(client, operation));
  on<unknown>("hello", onChannelOpen);
  on<{ module: string }>("settings", ({ module }) => {
    void client.invalidateQueries({ queryKey: allSettingsKey });
    void client.invalidateQueries({ queryKey: moduleKeys.settings(module) });
  });
  on<{ values: Record<string, Kept> }>("preferences", ({ values }) => onPreferences(values));
  on<ImportRun>("import", (run) => noteImport(client, run));
}

/**
 * Keeps the channel of live events open and the cache fresh. What happened while the channel was closed is unknown, so
 * that everything on screen is asked for again when it is back. Returns the function that ends it.
 */
export function startLive(client: QueryClient): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let retry = firstRetry;
  let opened = false;
  let ended = false;

  const open = () => {
    source = new EventSource("/api/v1/events");
    source.onopen = () => {
      noteLive(true);
      noteAnswer();
      retry = firstRetry;
      if (opened) void client.invalidateQueries();
      opened = true;
    };
    source.onerror = () => {
      noteLive(false);
      source?.close();
      if (!ended) timer = setTimeout(() => void again(), retry);
      retry = Math.min(retry * 2, longestRetry);
    };
    listen(client, source);
  };
  const again = async () => {
    const answer = await fetch("/api/v1/auth/me").catch(() => undefined);
    if (answer === undefined) noteSilence();
    else if (answer.status === 401 && !(await renewSession())) return loseSession();
    if (!ended) open();
  };
  const atOnce = () => {
    clearTimeout(timer);
    if (source?.readyState === EventSource.CLOSED) open();
  };

  open();
  window.addEventListener("online", atOnce);
  return () => {
    ended = true;
    clearTimeout(timer);
    source?.close();
    noteLive(false);
    window.removeEventListener("online", atOnce);
  };
}
