import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { request } from "../../../shared/api/request";

export interface AuditChange {
  field: string;
  before: unknown;
  after: unknown;
}

export interface AuditRow {
  id: string;
  at: string;
  actor: { id: string | null; name: string | null };
  via: string | null;
  address: string | null;
  session_id: string | null;
  user_agent: string | null;
  action: string;
  entity: string;
  record_id: string | null;
  changes: AuditChange[];
  result: "done" | "refused";
  reason: string | null;
  /** The place in the chain; null until it is sealed. */
  seq: number | null;
  hash: string | null;
}

export interface AuditPage {
  data: AuditRow[];
  meta: { page_size: number; total?: number; next_cursor: string | null };
}

export interface Verdict {
  intact: boolean;
  sealed: number;
  unsealed: number;
  removed: number;
  broken_at: number | null;
  broken_id: string | null;
  reason: string | null;
}

export interface Summary {
  from: string;
  to: string;
  total: number;
  refused: number;
  days: { day: string; count: number; refused: number }[];
  actions: { action: string; count: number }[];
  people: { id: string | null; name: string; count: number }[];
  entities: { entity: string; count: number }[];
}

export interface AlertLimit {
  key: string;
  value: number;
  default: number;
  min: number;
  max: number;
}

/** What is asked for: an expression over the trail's fields, and words. */
export interface AuditAsk {
  filter: string;
  q: string;
}

const pageSize = "50";

function parameters(ask: AuditAsk, more: Record<string, string> = {}): string {
  const all = { ...(ask.filter && { filter: ask.filter }), ...(ask.q && { q: ask.q }), ...more };
  return new URLSearchParams(all).toString();
}

/** The trail, newest first, a page more with each call. What is counted is counted once, with the first page. */
export const auditQuery = (ask: AuditAsk) =>
  infiniteQueryOptions({
    queryKey: ["audit", "list", ask],
    queryFn: ({ signal, pageParam }) => {
      const place: Record<string, string> = pageParam ? { cursor: pageParam, count: "false" } : {};
      return request<AuditPage>(`/api/v1/audit?${parameters(ask, { page_size: pageSize, ...place })}`, {
        signal,
      });
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.meta.next_cursor ?? undefined,
    placeholderData: (previous) => previous,
    staleTime: 0,
  });

const sealedWithin = 1500;

export const auditRowQuery = (id: string) =>
  queryOptions({
    queryKey: ["audit", "row", id],
    queryFn: ({ signal }) =>
      request<AuditRow & { previous_hash: string | null }>(`/api/v1/audit/${encodeURIComponent(id)}`, {
        signal,
      }),
    refetchInterval: (query) => (query.state.data?.seq === null ? sealedWithin : false),
  });

/** Sums of the span that ends now; `from` is a time or a day. */
export const summaryQuery = (from: string) =>
  queryOptions({
    queryKey: ["audit", "summary", from],
    queryFn: ({ signal }) =>
      request<Summary>(`/api/v1/audit/summary?${new URLSearchParams({ from })}`, { signal }),
    placeholderData: (previous) => previous,
    staleTime: 0,
  });

export const limitsQuery = queryOptions({
  queryKey: ["audit", "settings"],
  queryFn: async ({ signal }) =>
    (await request<{ data: AlertLimit[] }>("/api/v1/audit/settings", { signal })).data,
});

export function useSaveLimits() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (changes: Record<string, number | string | null>) =>
      request<{ data: AlertLimit[] }>("/api/v1/audit/settings", { method: "PATCH", body: changes }),
    onSuccess: ({ data }) => client.setQueryData(limitsQuery.queryKey, data),
  });
}

export function useVerify() {
  return useMutation({ mutationFn: () => request<Verdict>("/api/v1/audit/verify") });
}

export type ExportFormat = "csv" | "json" | "ndjson";

/** The browser takes the file as it comes; nothing of it is held in the page. */
export function download(ask: AuditAsk, format: ExportFormat): void {
  const link = document.createElement("a");
  link.href = `/api/v1/audit/export?${parameters(ask, { format })}`;
  link.download = `audit.${format}`;
  link.click();
}
