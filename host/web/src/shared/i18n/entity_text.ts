import type { EntityDefinition, FieldDefinition } from "@opsflux/ui";
import type { Key } from "./messages";
import type { Text } from "./text";

type EntityWord = "one" | "many" | "new" | "empty";

const ofEntity = (entity: EntityDefinition) => `${entity.module}.entity.${entity.entity}`;

/** The fields every record has, besides those of its definition. */
const systemFields: Record<string, Key> = {
  id: "field.id",
  version: "field.version",
  created_at: "field.created_at",
  created_by: "field.created_by",
  updated_at: "field.updated_at",
  updated_by: "field.updated_by",
  deleted_at: "field.deleted_at",
};

export function entityWord(text: Text, entity: EntityDefinition, word: EntityWord): string {
  return text.s(`${ofEntity(entity)}.${word}`);
}

/** The entity's name inside a sentence: "3 contacts". */
export function entityCounted(text: Text, entity: EntityDefinition, count: number): string {
  const one = new Intl.PluralRules(text.language).select(count) === "one";
  return `${text.format.number(count)} ${inSentence(entityWord(text, entity, one ? "one" : "many"))}`;
}

/** Lower case at the start, unless the word is an abbreviation. */
export function inSentence(word: string): string {
  return /^\p{Lu}{2}/u.test(word) ? word : word.charAt(0).toLowerCase() + word.slice(1);
}

export function fieldLabel(text: Text, entity: EntityDefinition, field: string): string {
  // A right of a role, by its name.
  if (field.startsWith("_") && field.includes(".")) return field.slice(1);
  const system = systemFields[field];
  return system ? text.t(system) : text.s(`${ofEntity(entity)}.field.${field}.label`);
}

export function fieldHelp(text: Text, entity: EntityDefinition, field: string): string | undefined {
  return text.find(`${ofEntity(entity)}.field.${field}.help`);
}

export function enumLabel(text: Text, entity: EntityDefinition, field: string, value: string): string {
  return text.s(`${ofEntity(entity)}.enum.${field}.${value}`);
}

export function sectionLabel(text: Text, entity: EntityDefinition, section: string): string {
  const key = `${ofEntity(entity)}.section.${section}`;
  // Where fields that administrators add stand when they choose no other section.
  return section === "custom" ? (text.find(key) ?? text.t("section.custom")) : text.s(key);
}

/** What taking a step to a status is called; a module may have a word of its own for it. */
export function stepLabel(text: Text, entity: EntityDefinition, to: string): string {
  const own = text.find(`${ofEntity(entity)}.step.${to}`);
  return own ?? text.t("status.go", { status: enumLabel(text, entity, entity.status ?? "", to) });
}

export function formTabLabel(text: Text, entity: EntityDefinition, tab: string): string {
  return text.s(`${ofEntity(entity)}.tab.${tab}`);
}

export function chartLabel(text: Text, entity: EntityDefinition, chart: string): string {
  return text.s(`${ofEntity(entity)}.chart.${chart}`);
}

/** The sentence of a rule that does not hold. */
export function ruleText(text: Text, entity: EntityDefinition, rule: string): string {
  return text.s(`${entity.module}.error.rule.${entity.entity}.${rule}`);
}

export function tabLabel(text: Text, entity: EntityDefinition, tab: string): string {
  return text.s(`${ofEntity(entity)}.view.${tab}`);
}

const times = new Set(["created_at", "updated_at", "deleted_at"]);

/** The definition of a field by name, also of those that every record has. */
export function findField(entity: EntityDefinition, name: string): FieldDefinition | undefined {
  const own = entity.fields.find((field) => field.name === name);
  if (own || !(name in systemFields)) return own;
  return { name, type: times.has(name) ? "datetime" : "text", read_only: true };
}
