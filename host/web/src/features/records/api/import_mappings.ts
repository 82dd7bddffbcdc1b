import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { ImportPlan } from "../../../shared/api/imports";
import { request } from "../../../shared/api/request";

/** What a kind of file means for an entity, under a name. */
export interface SavedMapping {
  id: string;
  name: string;
  /** Offered to everybody who may import into the entity. */
  shared: boolean;
  plan: Partial<ImportPlan>;
  /** Columns whose field the reader cannot set (any more); without a field where he may not know of it. */
  gone: { column: string; field: string | null }[];
  own: boolean;
  may_change: boolean;
  /** The name of who saved it. */
  owner: string | null;
}

export interface MappingBody {
  name?: string;
  shared?: boolean;
  plan?: ImportPlan;
}

const path = "/api/v1/import-mappings";
const keyOf = (entity: string) => ["imports", "mappings", entity];

export const mappingsQuery = (entity: string) =>
  queryOptions({
    queryKey: keyOf(entity),
    queryFn: async ({ signal }) =>
      (await request<{ data: SavedMapping[] }>(`${path}?entity=${encodeURIComponent(entity)}`, { signal }))
        .data,
  });

/** Saves a new one, or with an id changes what is given. Done once the list knows of it. */
export function useSaveMapping(entity: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, body }: { id?: string; body: MappingBody }) =>
      id === undefined
        ? request<SavedMapping>(path, { method: "POST", body: { entity, ...body } })
        : request<SavedMapping>(`${path}/${id}`, { method: "PATCH", body }),
    onSettled: () => client.invalidateQueries({ queryKey: keyOf(entity) }),
  });
}

export function useDeleteMapping(entity: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => request(`${path}/${id}`, { method: "DELETE" }),
    onSettled: () => client.invalidateQueries({ queryKey: keyOf(entity) }),
  });
}
