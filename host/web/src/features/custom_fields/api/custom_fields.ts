import type { FieldDefinition } from "@opsflux/ui";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { request } from "../../../shared/api/request";
import type { LanguageCode } from "../../../shared/i18n/messages";

export type FieldRules = Omit<FieldDefinition, "name" | "custom"> & {
  view?: string[];
  edit?: string[];
  personal?: "personal" | "sensitive";
};

export interface FieldTexts {
  label?: string;
  help?: string;
  values?: Record<string, string>;
}

export type Texts = Partial<Record<LanguageCode, FieldTexts>>;

export interface CustomField {
  id: string;
  entity: string;
  name: string;
  field: FieldRules;
  texts: Texts;
  section: string | null;
  search: boolean;
  /** `left_out`: what the module says now leaves no room for it; `problem` says why. */
  state: "in_use" | "left_out" | "removed";
  problem: string | null;
  /** How many records have a value there; only of one that was asked for. */
  records?: number;
  removed_at: string | null;
}

export interface FieldBody {
  entity?: string;
  name?: string;
  field: FieldRules;
  texts: Texts;
  section: string | null;
  search: boolean;
}

const path = "/api/v1/custom-fields";
const key = ["custom-fields"];

export const customFieldsQuery = queryOptions({
  queryKey: key,
  queryFn: async ({ signal }) => (await request<{ data: CustomField[] }>(path, { signal })).data,
});

export const customFieldQuery = (id: string) =>
  queryOptions({
    queryKey: [...key, id],
    queryFn: ({ signal }) => request<CustomField>(`${path}/${id}`, { signal }),
  });

/** What a change changes is seen everywhere: the server tells of the new registry, which reads all anew. */
function useChange<Input, Output>(mutationFn: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
}

export const useSaveField = (id: string | undefined) =>
  useChange((body: FieldBody) =>
    id === undefined
      ? request<CustomField>(path, { method: "POST", body })
      : request<CustomField>(`${path}/${id}`, { method: "PATCH", body }),
  );

export const useOrder = (entity: string) =>
  useChange((ids: string[]) => request(`${path}/order`, { method: "POST", body: { entity, ids } }));

export const useRemoveField = () => useChange((id: string) => request(`${path}/${id}`, { method: "DELETE" }));

export const useRestoreField = () =>
  useChange((id: string) => request(`${path}/${id}/restore`, { method: "POST" }));

export const usePurgeField = () =>
  useChange((id: string) => request(`${path}/${id}/purge`, { method: "POST" }));
