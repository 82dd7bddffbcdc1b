import type { EntityDefinition, FieldDefinition, RecordData, Tone } from "@opsflux/ui";
import type { Narrowing } from "../../../shared/api/aggregate";
import { findField } from "../../../shared/i18n/entity_text";
import type { ListControl } from "./list_state";

export const viewNames = ["list", "kanban", "calendar", "timeline", "gantt", "tree", "map", "chart"] as const;
export type ViewName = (typeof viewNames)[number];

/** The ways in which the definition shows its records; a list there always is. */
export function viewsOf(entity: EntityDefinition): ViewName[] {
  return viewNames.filter((name) => name === "list" || entity.views?.[name] !== undefined);
}

/** Both conditions, of which either may be missing. */
export function both(...conditions: (string | undefined)[]): string | undefined {
  const given = conditions.filter((condition) => condition !== undefined && condition !== "");
  return given.length > 1 ? given.map((condition) => `(${condition})`).join(" && ") : given[0];
}

/** The records that the list's filter and search find, and a view's own condition. */
export function narrowingOf(list: ListControl, condition?: string): Narrowing {
  return {
    filter: both(list.query.filter, condition),
    q: list.query.q,
    deleted: list.query.deleted,
  };
}

const toneColours: Record<Tone, string> = {
  ok: "var(--ok)",
  info: "var(--info)",
  warn: "var(--warn)",
  danger: "var(--danger)",
  draft: "var(--line-control)",
  off: "var(--text-3)",
};

export const palette = [1, 2, 3, 4, 5, 6].map((number) => `var(--cat-${number})`);

/** The colour that the definition gives a value, or the next one of the palette. */
export function colourOf(field: FieldDefinition | undefined, value: unknown, position = 0): string {
  const name = String(value);
  const tone = field?.tones?.[name];
  if (tone) return toneColours[tone];
  const category = /^cat-([1-6])$/.exec(field?.colors?.[name] ?? "");
  if (category) return `var(--cat-${category[1]})`;
  if (field?.type === "color" && /^#[0-9a-f]{6}$/i.test(name)) return name;
  const known = field?.values?.indexOf(name) ?? -1;
  return palette[(known >= 0 ? known : position) % palette.length] ?? "var(--accent)";
}

/** The colour of a record by the field that a view names; without one that of the application. */
export function recordColour(entity: EntityDefinition, name: string | undefined, record: RecordData): string {
  const field = name === undefined ? undefined : findField(entity, name);
  const value = field && record[field.name];
  return value === undefined || value === null ? "var(--accent)" : colourOf(field, value);
}
