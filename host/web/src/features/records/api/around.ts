import type { EntityDefinition } from "@opsflux/ui";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { entityKey } from "../../../shared/api/records";
import { request } from "../../../shared/api/request";

export interface Share {
  /** A person or a group, by its id. */
  grantee: string;
  name: string | null;
  kind: "user" | "group";
  editable: boolean;
}

/** What stands around a record besides its values. */
export interface Around {
  favourite: boolean;
  followed: boolean;
  tags: string[];
  shares: Share[];
}

export const aroundPath = (entity: EntityDefinition, id: string) =>
  `${entity.path}/${encodeURIComponent(id)}`;

export const aroundQuery = (entity: EntityDefinition, id: string) =>
  queryOptions({
    queryKey: [...entityKey(entity.name), "around", id],
    queryFn: ({ signal }) => request<Around>(`${aroundPath(entity, id)}/around`, { signal }),
  });

export interface AroundChange {
  method: "POST" | "PUT" | "DELETE";
  /** Below the record. */
  path: string;
  body?: unknown;
  /** What it will be, shown at once. */
  expect?: (around: Around) => Around;
}

/** Changes something around a record. What is expected is taken back where the server refuses it. */
export function useChangeAround(entity: EntityDefinition, id: string) {
  const client = useQueryClient();
  const { queryKey } = aroundQuery(entity, id);
  return useMutation({
    // One after another: the last one said is the one that holds.
    scope: { id: `around/${entity.name}/${id}` },
    mutationFn: ({ method, path, body }: AroundChange) =>
      request<unknown>(`${aroundPath(entity, id)}/${path}`, { method, body }),
    onMutate: async ({ expect }) => {
      if (!expect) return;
      await client.cancelQueries({ queryKey });
      client.setQueryData(queryKey, (old) => old && expect(old));
    },
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
}
