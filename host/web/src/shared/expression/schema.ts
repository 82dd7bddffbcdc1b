import type { EntityDefinition, FieldDefinition, FieldType } from "@opsflux/ui";
import type { FieldInfo, Schema, Type } from "./types";

const types: Record<FieldType, Type> = {
  text: "text",
  longtext: "text",
  richtext: "text",
  email: "text",
  phone: "text",
  url: "text",
  country: "text",
  currency: "text",
  color: "text",
  reference: "text",
  any: "text",
  parent: "text",
  user: "text",
  group: "text",
  sequence: "text",
  file: "text",
  image: "text",
  integer: "integer",
  decimal: "decimal",
  money: "decimal",
  boolean: "boolean",
  date: "date",
  datetime: "timestamp",
  duration: "duration",
  enum: "choice",
  enums: "texts",
  references: "texts",
  tags: "texts",
  files: "texts",
  address: "document",
  geo: "document",
  json: "document",
};

/** What every record has besides the fields of its definition. */
const systemFields: Schema = [
  { name: "id", type: "text" },
  { name: "version", type: "integer" },
  { name: "created_at", type: "timestamp" },
  { name: "created_by", type: "text" },
  { name: "updated_at", type: "timestamp" },
  { name: "updated_by", type: "text" },
  { name: "deleted_at", type: "timestamp" },
];

function fieldInfo({ name, type, scale, values }: FieldDefinition): FieldInfo {
  // A type that a newer server knows is shown as text, and so compared as text.
  return { name, type: types[type] ?? "text", scale: types[type] === "decimal" ? (scale ?? 2) : 0, values };
}

/**
 * The names that expressions on records of an entity may use, in the server's order. `further` are names
 * that the caller gives values for: of the context ("user.id"), or of records that this one refers to.
 */
export function schemaOf(entity: Pick<EntityDefinition, "fields">, further: Schema = []): Schema {
  return [...entity.fields.map(fieldInfo), ...systemFields, ...further];
}
