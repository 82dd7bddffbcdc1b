import type { EntityDefinition, FieldDefinition } from "@opsflux/ui";
import { findField } from "../../../shared/i18n/entity_text";
import { useRemembered } from "../../../shared/ui/preferences";
import { isFile, isMeasure } from "../../../shared/values/structured";

const never = new Set(["json"]);

/** All that can be a column: the definition's own choice first, then the rest. */
export function possibleColumns(entity: EntityDefinition): FieldDefinition[] {
  const chosen = entity.views?.list?.columns ?? entity.fields.slice(0, 6).map((field) => field.name);
  const names = new Set([...chosen, ...entity.fields.map((field) => field.name), "created_at", "updated_at"]);
  return [...names]
    .map((name) => findField(entity, name))
    .filter((field) => field !== undefined)
    .filter((field) => !never.has(field.type));
}

export interface ColumnChoice {
  shown: FieldDefinition[];
  isShown(name: string): boolean;
  toggle(name: string): void;
  reset(): void;
}

/** Which columns are shown, kept on this device. The title always is. */
export function useColumns(entity: EntityDefinition): ColumnChoice {
  const first = (entity.views?.list?.columns ?? entity.fields.slice(0, 6).map((field) => field.name)).join(
    ",",
  );
  const [kept, keep] = useRemembered(`columns.${entity.name}`, first);
  const names = new Set([entity.title, ...kept.split(",")]);
  const all = possibleColumns(entity);
  const title = all.filter((field) => field.name === entity.title);
  const others = all.filter((field) => names.has(field.name) && field.name !== entity.title);
  return {
    shown: [...title, ...others],
    isShown: (name) => names.has(name),
    toggle: (name) => {
      if (names.has(name)) names.delete(name);
      else names.add(name);
      keep([...names].join(","));
    },
    reset: () => keep(first),
  };
}

export function isFigure(field: FieldDefinition): boolean {
  return isMeasure(field) && field.display !== "gauge";
}

/** By what a database can put rows in order. */
export function isSortable(field: FieldDefinition): boolean {
  if (isFile(field)) return false;
  return !["tags", "enums", "references", "address", "geo", "json", "longtext", "richtext"].includes(
    field.type,
  );
}
