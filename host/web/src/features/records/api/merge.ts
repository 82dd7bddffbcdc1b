import type { EntityDefinition, FieldDefinition, RecordData } from "@opsflux/ui";
import { hasValue } from "../../../shared/ui/field_value";
import { formFields, sameValue } from "./draft";

/** Whose value of a field survives. */
export type Survivor = "this" | "other";

/** The fields that a person could set and that the two records do not share. */
export function differing(
  entity: EntityDefinition,
  record: RecordData,
  other: RecordData,
): FieldDefinition[] {
  return formFields(entity).filter(({ name }) => !sameValue(record[name], other[name]));
}

/** This record's own value, unless only the other one has one. */
export function firstSurvivor(record: RecordData, { name }: FieldDefinition): Survivor {
  return hasValue(record[name]) ? "this" : "other";
}

/** What is written into the record that stays. */
export function mergedValues(
  fields: FieldDefinition[],
  other: RecordData,
  survivor: (field: FieldDefinition) => Survivor,
): Record<string, unknown> {
  return Object.fromEntries(
    fields.filter((field) => survivor(field) === "other").map(({ name }) => [name, other[name] ?? null]),
  );
}
