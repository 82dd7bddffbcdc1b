import type { EntityDefinition, RecordData } from "@opsflux/ui";
import { recordName } from "../i18n/record_names";

/** What a record is called. */
export function titleOf(entity: EntityDefinition, record: RecordData): string {
  const named = recordName(entity.name, record.id);
  if (named !== undefined) return named;
  const value = record._labels?.[entity.title] ?? record[entity.title];
  return value === null || value === undefined || value === "" ? record.id : String(value);
}
