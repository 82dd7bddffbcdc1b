import { runtime } from "./runtime";
import type { ListQuery, ListResult, Loading, RecordData, RequestOptions, Translate } from "./types";

/** One record, kept fresh by live events. `id` undefined asks for nothing. */
export function useRecord(entity: string, id: string | undefined): Loading<RecordData> {
  return runtime().useRecord(entity, id);
}

/** A page of records that the user may see, kept fresh by live events. */
export function useList(entity: string, query: ListQuery = {}): Loading<ListResult> {
  return runtime().useList(entity, query);
}

/**
 * What the user chose in your module, the same on all devices: JSON of up to 16 KiB. `first` holds until then.
 * `name` is of small letters, digits, "_" and "-": `usePreference("fleet", "map", { zoom: 3 })`.
 */
export function usePreference<T>(module: string, name: string, first: T): [T, (value: T) => void] {
  return runtime().usePreference(`module.${module}.${name}`, first) as [T, (value: T) => void];
}

/**
 * Whether a feature flag is on for the user; follows what administrators change. By its complete name, as the manifest of
 * your module declares it: `useFlag("fleet.new_map")`. A flag that nobody made is off.
 */
export function useFlag(name: string): boolean {
  return runtime().useFlag(name);
}

/**
 * Texts in the user's language. With `module`, keys are those of its i18n files without prefix:
 * `useTranslation("tiers").t("widget.score")`.
 */
export function useTranslation(module?: string): { t: Translate; language: string } {
  return runtime().useTranslation(module);
}

/**
 * Calls this instance's REST interface with the user's session. `path` starts with "/api/". Rejects with an
 * Error whose message is in the user's language and which carries `status`, `code` and `errors`.
 */
export function request<T>(path: string, options?: RequestOptions): Promise<T> {
  return runtime().request(path, options) as Promise<T>;
}
