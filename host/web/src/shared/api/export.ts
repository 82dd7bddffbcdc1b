import type { EntityDefinition, ListQuery } from "@opsflux/ui";
import { requestFile } from "./request";

export const exportFormats = ["xlsx", "csv", "pdf", "json", "ndjson"] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** What fits on a page, besides the two times that the server adds. */
const pageColumns = 22;

/** `columns`: those the list shows; a page has no room for all fields, other files have them all. */
export function exportSearch(
  query: ListQuery,
  format: ExportFormat,
  language: string,
  columns: string[] = [],
): URLSearchParams {
  const search = new URLSearchParams({ format });
  if (format === "pdf" && columns.length > 0) search.set("fields", columns.slice(0, pageColumns).join(","));
  // Where the comma parts decimals, spreadsheets want semicolons between values.
  if (format === "csv" && language !== "en") search.set("separator", "semicolon");
  if (query.filter) search.set("filter", query.filter);
  if (query.q) search.set("q", query.q);
  if (query.sort) search.set("sort", query.sort);
  if (query.deleted) search.set("deleted", "true");
  return search;
}

/** Hands a file to the browser to keep. */
export function keepFile(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Reads the file and hands it to the browser to keep; answers its name. */
export async function downloadExport(
  entity: EntityDefinition,
  query: ListQuery,
  format: ExportFormat,
  language: string,
  columns: string[],
): Promise<string> {
  const own = columns.filter((name) => entity.fields.some((field) => field.name === name));
  const file = await requestFile(`${entity.path}/export?${exportSearch(query, format, language, own)}`);
  const name = `${entity.plural}.${format}`;
  keepFile(file, name);
  return name;
}
