import type { EntityDefinition, RecordData } from "@opsflux/ui";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { entityKey } from "../../../shared/api/records";
import { request } from "../../../shared/api/request";
import { findField } from "../../../shared/i18n/entity_text";

/** The title by which a copy is told from what it was made of; nothing where it cannot be set or is too long. */
export function copyTitle(
  entity: EntityDefinition,
  record: RecordData,
  copied: (name: string) => string,
): Record<string, string> {
  const field = findField(entity, entity.title);
  const name = record[entity.title];
  if (field?.type !== "text" || field.read_only || field.pattern || typeof name !== "string") return {};
  const title = copied(name);
  return field.max !== undefined && title.length > field.max ? {} : { [field.name]: title };
}

export function useDuplicate(entity: EntityDefinition, record: RecordData) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (values: Record<string, string>) =>
      request<RecordData>(`${entity.path}/${encodeURIComponent(record.id)}/clone`, {
        method: "POST",
        body: values,
      }),
    onSuccess: () => void client.invalidateQueries({ queryKey: entityKey(entity.name) }),
  });
}
