import type { EntityDefinition, RecordData } from "@opsflux/ui";

/** What a record is called. */
export function titleOf(entity: EntityDefinition, record: RecordData): string {
  const value = record._labels?.[entity.title] ?? record[entity.title];
  return value === null || value === undefined || value === "" ? record.id : String(value);
}
