import type { EntityDefinition } from "@opsflux/ui";
import { queryOptions } from "@tanstack/react-query";
import { type Draft, entityKey } from "../../../shared/api/records";
import { request } from "../../../shared/api/request";
import { fieldLabel } from "../../../shared/i18n/entity_text";
import type { Text } from "../../../shared/i18n/text";

/** A record that is probably the same thing. */
export interface Alike {
  id: string;
  title: string | null;
  /** 1 for the same. */
  score: number;
  /** Of the definition, by which it is found. */
  rules: string[];
}

interface Answer {
  data: Alike[];
}

export const findsDuplicates = (entity: EntityDefinition) => (entity.duplicates?.length ?? 0) > 0;

/** Those like what is about to be made. */
export async function alikeTo(entity: EntityDefinition, values: Draft): Promise<Alike[]> {
  if (!findsDuplicates(entity)) return [];
  return (await request<Answer>(`${entity.path}/duplicates`, { method: "POST", body: { values } })).data;
}

export function alikeQuery(entity: EntityDefinition, id: string) {
  return queryOptions({
    queryKey: [...entityKey(entity.name), "alike", id],
    queryFn: async ({ signal }) =>
      (await request<Answer>(`${entity.path}/${encodeURIComponent(id)}/duplicates`, { signal })).data,
    enabled: findsDuplicates(entity),
  });
}

/** By which fields it is alike: "Name, City". */
export function alikeBy(text: Text, entity: EntityDefinition, alike: Alike): string {
  const rules = (entity.duplicates ?? []).filter((rule) => alike.rules.includes(rule.id));
  const fields = new Set(rules.flatMap((rule) => rule.fields));
  return [...fields].map((field) => fieldLabel(text, entity, field)).join(", ");
}
