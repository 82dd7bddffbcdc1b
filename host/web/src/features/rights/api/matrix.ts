import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { request } from "../../../shared/api/request";
import { rightsKey } from "../../../shared/api/rights";
import { type Draft, type MatrixRole, partsOf } from "./book";

const path = "/api/v1/identity/roles/matrix";

export const matrixQuery = queryOptions({
  queryKey: [...rightsKey, "matrix"],
  queryFn: async ({ signal }) => (await request<{ data: MatrixRole[] }>(path, { signal })).data,
});

/** `onSaved` comes also when nobody waits any more: others tell of the change before the answer is here. */
export function useSaveMatrix(onSaved: (count: number) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (draft: Draft) => {
      const changes = [...draft].map(([key, { word, was }]) => ({ ...partsOf(key), scope: word, was }));
      return (await request<{ data: MatrixRole[] }>(path, { method: "PUT", body: { changes } })).data;
    },
    onSuccess: (roles, draft) => {
      client.setQueryData(matrixQuery.queryKey, roles);
      onSaved(draft.size);
    },
    // What others made of it meanwhile is what the refusal is about.
    onError: () => client.invalidateQueries({ queryKey: matrixQuery.queryKey }),
  });
}
