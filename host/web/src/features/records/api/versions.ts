import type { EntityDefinition, RecordData } from "@opsflux/ui";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { ActivityEntry, Change } from "../../../shared/api/records";
import { entityKey, recordQuery } from "../../../shared/api/records";
import { request } from "../../../shared/api/request";

export interface Version {
  version: number;
  at: string;
  actor: { id: string; name: string };
  via: string;
  action: string;
  /** The fields that changed with it. */
  fields: string[];
}

export interface Merge {
  id: string;
  from_id: string;
  merged_at: string;
  undone_at: string | null;
}

const one = (entity: EntityDefinition, id: string) => `${entity.path}/${encodeURIComponent(id)}`;

/** "activity" is refreshed when this record changes, and so are its versions. */
const key = (entity: EntityDefinition, id: string, ...more: unknown[]) => [
  ...entityKey(entity.name),
  "activity",
  id,
  ...more,
];

export const versionsQuery = (entity: EntityDefinition, id: string) =>
  queryOptions({
    queryKey: key(entity, id, "versions"),
    queryFn: async ({ signal }) =>
      (await request<{ data: Version[] }>(`${one(entity, id)}/versions`, { signal })).data,
  });

export const differenceQuery = (entity: EntityDefinition, id: string, from: number, to: number) =>
  queryOptions({
    queryKey: key(entity, id, "difference", from, to),
    queryFn: async ({ signal }) =>
      (
        await request<{ changes: Change[] }>(`${one(entity, id)}/difference?from=${from}&to=${to}`, {
          signal,
        })
      ).changes,
  });

export const mergesQuery = (entity: EntityDefinition, id: string) =>
  queryOptions({
    queryKey: key(entity, id, "merges"),
    queryFn: async ({ signal }) =>
      (await request<{ data: Merge[] }>(`${one(entity, id)}/merges`, { signal })).data,
  });

/** Who made a version, as the activity tells it. */
export function entryOf(version: Version): ActivityEntry {
  const { at, actor, via, action } = version;
  return { at, action, via, changes: [], actor: actor.id ? actor : null };
}

/** The two versions to compare at first: the last change. Undefined where there was none. */
export function lastChange(versions: Version[]): { from: number; to: number } | undefined {
  const numbers = versions.map(({ version }) => version).filter((version) => version > 0);
  const to = Math.max(...numbers);
  return numbers.length > 1 ? { from: to - 1, to } : undefined;
}

/** The older one always comes first. */
export function inOrder(a: number, b: number): { from: number; to: number } {
  return { from: Math.min(a, b), to: Math.max(a, b) };
}

function useRefreshed(entity: EntityDefinition) {
  const client = useQueryClient();
  return (record: RecordData) => {
    client.setQueryData(recordQuery(entity, record.id).queryKey, record);
    return client.invalidateQueries({ queryKey: entityKey(entity.name) });
  };
}

export function useRestoreVersion(entity: EntityDefinition, id: string) {
  const onSuccess = useRefreshed(entity);
  return useMutation({
    mutationFn: (version: number) =>
      request<RecordData>(`${one(entity, id)}/versions/${version}/restore`, { method: "POST" }),
    onSuccess,
  });
}

export function useMerge(entity: EntityDefinition, id: string) {
  const onSuccess = useRefreshed(entity);
  return useMutation({
    mutationFn: (body: { from: string; values: Record<string, unknown> }) =>
      request<RecordData>(`${one(entity, id)}/merges`, { method: "POST", body }),
    onSuccess,
  });
}

export function useUndoMerge(entity: EntityDefinition, id: string) {
  const client = useQueryClient();
  const onSuccess = useRefreshed(entity);
  return useMutation({
    /** By the record that went; its last merge into this one that still holds. */
    mutationFn: async (from: string) => {
      const merges = await client.fetchQuery(mergesQuery(entity, id));
      const merge = merges.find((one) => one.from_id === from && one.undone_at === null);
      return request<RecordData>(`${one(entity, id)}/merges/${merge?.id ?? ""}/undo`, { method: "POST" });
    },
    onSuccess,
  });
}
