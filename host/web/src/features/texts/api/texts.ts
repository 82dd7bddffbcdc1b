import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { appQuery } from "../../../shared/api/app";
import { textListKey } from "../../../shared/api/live";
import { request, upload } from "../../../shared/api/request";
import type { LanguageCode } from "../../../shared/i18n/messages";

export interface TextEntry {
  language: LanguageCode;
  namespace: string;
  key: string;
  /** In the language of the entry; null where English stands in for it. */
  original: string | null;
  english: string | null;
  /** What is shown. */
  text: string;
  override: string | null;
  /** `unused`: there is no such key now; `unfit`: the original has changed so that this does not fit. */
  state: "original" | "changed" | "unused" | "unfit";
  problem: string | null;
  changed_at: string | null;
}

export interface TextSpace {
  id: string;
  /** The name of a module. */
  label: string | null;
  texts: number;
  changed: number;
}

export interface TextList {
  data: TextEntry[];
  meta: { page: number; page_size: number; total: number; pages: number; namespaces: TextSpace[] };
}

export interface TextAsk {
  language: LanguageCode;
  namespace: string;
  q: string;
  changed: boolean;
  page: number;
}

export interface TextCounts {
  changed: number;
  reset: number;
  unchanged: number;
  skipped: number;
}

const path = "/api/v1/texts";
const pageSize = 50;

export function textSearch({ language, namespace, q, changed, page }: TextAsk): string {
  const search = new URLSearchParams({ language, page: String(page), page_size: String(pageSize) });
  if (namespace) search.set("namespace", namespace);
  if (q) search.set("q", q);
  if (changed) search.set("changed", "true");
  return search.toString();
}

export const textsQuery = (ask: TextAsk) =>
  queryOptions({
    queryKey: [...textListKey, ask],
    queryFn: ({ signal }) => request<TextList>(`${path}?${textSearch(ask)}`, { signal }),
    placeholderData: keepPreviousData,
  });

const pathOf = ({ language, namespace, key }: TextEntry) =>
  `${path}/${language}/${encodeURIComponent(namespace)}/${encodeURIComponent(key)}`;

/** What is changed is seen at once, also where live events do not come through. */
function useChange<Input, Output>(mutationFn: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () =>
      Promise.all(
        [["texts"], textListKey, appQuery.queryKey].map((queryKey) => client.invalidateQueries({ queryKey })),
      ),
  });
}

export const useSaveText = (entry: TextEntry) =>
  useChange((text: string) => request<TextEntry>(pathOf(entry), { method: "PUT", body: { text } }));

export const useResetText = (entry: TextEntry) =>
  useChange((_: undefined) => request(pathOf(entry), { method: "DELETE" }));

export const useImportTexts = () =>
  useChange((file: File) =>
    upload<TextCounts>(
      `${path}/import?${new URLSearchParams({ file_name: file.name })}`,
      file,
      () => undefined,
      undefined,
      "application/octet-stream",
    ),
  );

export interface TextFileAsk {
  language: LanguageCode;
  format: "csv" | "json";
  changed: boolean;
}

export function exportAddress({ language, format, changed }: TextFileAsk, reader: LanguageCode): string {
  const search = new URLSearchParams({ language, format });
  if (changed) search.set("changed", "true");
  // Where the comma parts decimals, spreadsheets want semicolons between values.
  if (format === "csv" && reader !== "en") search.set("separator", "semicolon");
  return `${path}/export?${search}`;
}
