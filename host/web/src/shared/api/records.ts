import type { EntityDefinition, ListQuery, ListResult, RecordData } from "@opsflux/ui";
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { request } from "./request";

export interface Change {
  field: string;
  before: unknown;
  after: unknown;
  /** Of files: their names by identifier. */
  names?: Record<string, string>;
}

export interface ActivityEntry {
  at: string;
  /** The person, or in whose name it was done; see `via`. */
  actor: { id: string; name: string } | null;
  /** Empty for the person; otherwise "trigger:<module>/<script>", "module:<module>", "demo", "cli" or "import". */
  via?: string;
  action: "created" | "updated" | "deleted" | "restored" | (string & {});
  changes: Change[];
}

export type Draft = Record<string, unknown>;

function searchOf(query: ListQuery): string {
  const search = new URLSearchParams();
  if (query.filter) search.set("filter", query.filter);
  if (query.q) search.set("q", query.q);
  if (query.sort) search.set("sort", query.sort);
  if (query.page !== undefined) search.set("page", String(query.page));
  if (query.page_size !== undefined) search.set("page_size", String(query.page_size));
  if (query.totals?.length) search.set("totals", query.totals.join(","));
  if (query.deleted) search.set("deleted", "true");
  const text = search.toString();
  return text ? `?${text}` : "";
}

const one = (entity: EntityDefinition, id: string) => `${entity.path}/${encodeURIComponent(id)}`;
const match = (version: number) => ({ "If-Match": `"${version}"` });

/** Everything about one entity lies under this key, so that one live event refreshes all of it. */
export const entityKey = (name: string) => ["entity", name] as const;

export const listKey = (name: string, query: ListQuery) => [...entityKey(name), "list", query] as const;
export const recordKey = (name: string, id: string) => [...entityKey(name), "record", id] as const;

interface Abortable {
  signal: AbortSignal;
}

export const fetchList =
  (entity: EntityDefinition, query: ListQuery) =>
  ({ signal }: Abortable) =>
    request<ListResult>(entity.path + searchOf(query), { signal });

export const fetchRecord =
  (entity: EntityDefinition, id: string) =>
  ({ signal }: Abortable) =>
    request<RecordData>(one(entity, id), { signal });

export function listQuery(entity: EntityDefinition, query: ListQuery) {
  return queryOptions({
    queryKey: listKey(entity.name, query),
    queryFn: fetchList(entity, query),
    placeholderData: keepPreviousData,
  });
}

/** How many match, without their rows. */
export function countQuery(entity: EntityDefinition, filter: string | undefined) {
  return queryOptions({
    queryKey: [...entityKey(entity.name), "count", filter ?? ""],
    queryFn: async ({ signal }) => {
      const answer = await request<ListResult>(entity.path + searchOf({ filter, page: 1, page_size: 1 }), {
        signal,
      });
      return answer.meta.total;
    },
  });
}

export function recordQuery(entity: EntityDefinition, id: string) {
  return queryOptions({
    queryKey: recordKey(entity.name, id),
    queryFn: fetchRecord(entity, id),
  });
}

export function activityQuery(entity: EntityDefinition, id: string) {
  return queryOptions({
    queryKey: [...entityKey(entity.name), "activity", id],
    queryFn: async ({ signal }) =>
      (await request<{ data: ActivityEntry[] }>(`${one(entity, id)}/activity`, { signal })).data,
  });
}

function useRefresh(entity: EntityDefinition) {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: entityKey(entity.name) });
}

export function useCreateRecord(entity: EntityDefinition) {
  const refresh = useRefresh(entity);
  return useMutation({
    mutationFn: (draft: Draft) => request<RecordData>(entity.path, { method: "POST", body: draft }),
    onSuccess: refresh,
  });
}

export interface RecordUpdate {
  id: string;
  version: number;
  changes: Draft;
}

export function useUpdateRecord(entity: EntityDefinition) {
  const client = useQueryClient();
  const refresh = useRefresh(entity);
  return useMutation({
    mutationFn: ({ id, version, changes }: RecordUpdate) =>
      request<RecordData>(one(entity, id), { method: "PATCH", body: changes, headers: match(version) }),
    onSuccess: (record) => {
      client.setQueryData(recordQuery(entity, record.id).queryKey, record);
      return refresh();
    },
  });
}

export function useRestoreRecords(entity: EntityDefinition) {
  const refresh = useRefresh(entity);
  return useMutation({
    mutationFn: (ids: string[]) =>
      Promise.all(ids.map((id) => request<RecordData>(`${one(entity, id)}/restore`, { method: "POST" }))),
    onSettled: refresh,
  });
}
