import type { ListQuery, ListResult, Loading, RecordData, RequestOptions, Translate } from "./types";

/**
 * What stands behind the hooks. The host provides it before it renders anything, so that this package needs no
 * library of its own and all modules share the host's cache, session and language. Not for modules.
 */
export interface Runtime {
  request(path: string, options?: RequestOptions): Promise<unknown>;
  useRecord(entity: string, id: string | undefined): Loading<RecordData>;
  useList(entity: string, query: ListQuery): Loading<ListResult>;
  usePreference(name: string, first: unknown): [unknown, (value: unknown) => void];
  useFlag(name: string): boolean;
  useTranslation(module: string | undefined): { t: Translate; language: string };
}

let provided: Runtime | undefined;

export function provideRuntime(runtime: Runtime): void {
  provided = runtime;
}

export function runtime(): Runtime {
  if (!provided) throw new Error("@opsflux/ui is used outside the OpsFlux application");
  return provided;
}
