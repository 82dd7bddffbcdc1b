import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";
import type { Problem } from "./api_error";
import { request, upload } from "./request";

export type ImportState = "uploaded" | "running" | "done" | "failed" | "cancelled" | "interrupted" | "undone";

/** What the server found in the file, or was told of it. */
export interface ImportFile {
  kind: "CSV" | "XLSX" | "JSON" | "NDJSON" | (string & {});
  headers: string[];
  size?: number;
  sheet?: string;
  sheets?: string[];
  encoding?: string;
  encoding_assumed?: boolean;
  separator?: string;
}

/** How the file is to be read; what is missing the server finds out. */
export interface ImportReading {
  sheet?: string;
  separator?: string;
  encoding?: string;
}

export type DecimalMark = "point" | "comma";
export type DateOrder = "ymd" | "dmy" | "mdy";

export interface ImportPlan extends ImportReading {
  /** The field of each header; null leaves the column out. */
  mapping: Record<string, string | null>;
  key: string[];
  mode: "all" | "skip";
  decimal: DecimalMark;
  dates: DateOrder;
}

/** Something wrong in one cell, or in a row as a whole. */
export interface RowProblem {
  row: number;
  column: string;
  value: string;
  message: string;
}

export interface ImportCounts {
  total?: number;
  rows?: number;
  created?: number;
  updated?: number;
  unchanged?: number;
  failed?: number;
  /** The rows were only tried so far, and nothing is written. */
  trying?: boolean;
  problems?: RowProblem[];
  undone?: number;
  kept?: number;
}

export interface ImportRun {
  id: string;
  entity: string;
  file_name: string;
  state: ImportState;
  file: ImportFile;
  plan: Partial<ImportPlan> | null;
  counts: ImportCounts;
  error: (Problem & { message?: string }) | null;
  created_at: string;
  finished_at: string | null;
}

export interface ImportPreview {
  headers: string[];
  rows: { row: number; cells: string[] }[];
  mapping: Record<string, string | null>;
  decimal: DecimalMark;
  dates: DateOrder;
  /** Headers whose numbers or dates can be read in two ways. */
  ambiguous: string[];
  /** What was chosen when a file with the same columns was last imported. */
  before?: Partial<ImportPlan>;
}

export interface PreviewedImport extends ImportRun {
  preview: ImportPreview;
}

/** A file that has just been received; without a preview while the sheet is to be chosen. */
export interface ReceivedImport extends ImportRun {
  preview: ImportPreview | null;
}

export interface ImportLimits {
  bytes: number;
  rows: number;
  columns: number;
}

const base = "/api/v1/imports";
const path = (id: string, what?: string) => `${base}/${encodeURIComponent(id)}${what ? `/${what}` : ""}`;

export const importKeys = {
  all: ["imports"] as const,
  list: (entity: string) => ["imports", "list", entity] as const,
  one: (id: string) => ["imports", "one", id] as const,
  preview: (id: string, reading: ImportReading) => ["imports", "preview", id, reading] as const,
};

export const importLimitsQuery = queryOptions({
  queryKey: ["imports", "limits"],
  queryFn: ({ signal }) => request<ImportLimits>(`${base}/limits`, { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

export const importListQuery = (entity: string) =>
  queryOptions({
    queryKey: importKeys.list(entity),
    queryFn: async ({ signal }) =>
      (await request<{ data: ImportRun[] }>(`${base}?entity=${encodeURIComponent(entity)}`, { signal })).data,
  });

/** How often a run is asked for while it runs, in case live events do not come through. */
const askAgainMs = 2000;

export const importQuery = (id: string) =>
  queryOptions({
    queryKey: importKeys.one(id),
    queryFn: ({ signal }) => request<ImportRun>(path(id), { signal }),
    refetchInterval: (query) => (query.state.data?.state === "running" ? askAgainMs : false),
  });

export const previewQuery = (id: string, reading: ImportReading) =>
  queryOptions({
    queryKey: importKeys.preview(id, reading),
    queryFn: ({ signal }) =>
      request<PreviewedImport>(path(id, "preview"), { method: "POST", body: reading, signal }),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

export function sendImportFile(
  entity: string,
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<ReceivedImport> {
  const search = new URLSearchParams({ entity, file_name: file.name });
  return upload(`${base}?${search}`, file, onProgress, signal, "application/octet-stream");
}

export const runImport = (id: string, what: "check" | "start", plan: ImportPlan) =>
  request<ImportRun>(path(id, what), { method: "POST", body: plan });

export const cancelImport = (id: string) => request<ImportRun>(path(id, "cancel"), { method: "POST" });

export const undoImport = (id: string) => request<ImportRun>(path(id, "undo"), { method: "POST" });

export const importErrorsPath = (id: string) => path(id, "errors");

/** Takes in what a live event, or an answer, tells of a run. */
export function noteImport(client: QueryClient, run: ImportRun): void {
  client.setQueryData<ImportRun>(importKeys.one(run.id), run);
  const list = importKeys.list(run.entity);
  client.setQueryData<ImportRun[]>(list, (old) => old?.map((one) => (one.id === run.id ? run : one)));
  if (run.state !== "running") void client.invalidateQueries({ queryKey: list });
}
