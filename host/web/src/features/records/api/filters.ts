import type { EntityDefinition, FieldDefinition } from "@opsflux/ui";
import { findField } from "../../../shared/i18n/entity_text";
import { durationLiteral } from "../../../shared/values/duration";
import { isList, isMeasure } from "../../../shared/values/structured";
import { periodToCel } from "./periods";

/** Stands for a field in the conditions that ask the full-text search; no field can have this name. */
export const anyText = "*";

export type Operator =
  | "contains"
  | "starts"
  | "is"
  | "is_not"
  | "at_least"
  | "at_most"
  | "on"
  | "from"
  | "until"
  | "within"
  | "has_tag"
  | "found"
  | "not_found"
  | "empty"
  | "filled";

/** One condition as the chips show it. */
export interface Condition {
  field: string;
  operator: Operator;
  value: string;
}

const ofText: Operator[] = ["contains", "starts", "is", "is_not", "empty", "filled"];
const ofChoice: Operator[] = ["is", "is_not", "empty", "filled"];
const ofNumber: Operator[] = ["is", "at_least", "at_most", "empty", "filled"];
const ofTime: Operator[] = ["on", "from", "until", "within", "empty", "filled"];

/** What can be asked of all the texts that the search looks into. */
export const searchOperators: Operator[] = ["found", "not_found"];

export const isSearched = (entity: EntityDefinition) => (entity.search ?? []).length > 0;

/** What can be asked of a field, the most usual first. Empty: the field cannot be filtered. */
export function operatorsOf(field: FieldDefinition): Operator[] {
  switch (field.type) {
    case "text":
    case "longtext":
    case "email":
    case "phone":
    case "url":
    case "sequence":
      return ofText;
    case "richtext":
      return ["contains", "empty", "filled"];
    case "enum":
    case "reference":
    case "parent":
    case "user":
    case "group":
    case "any":
    case "country":
    case "currency":
    case "color":
      return ofChoice;
    case "boolean":
      return ["is"];
    case "integer":
    case "decimal":
    case "money":
    case "duration":
      return ofNumber;
    case "date":
    case "datetime":
      return ofTime;
    case "tags":
    case "enums":
    case "references":
      return ["has_tag", "empty", "filled"];
    case "address":
    case "geo":
    case "file":
    case "files":
    case "image":
      return ["empty", "filled"];
    case "json":
      return [];
  }
}

export function needsValue(operator: Operator): boolean {
  return operator !== "empty" && operator !== "filled";
}

/** A text in CEL. JSON's escapes are a part of CEL's. */
const quoted = (text: string) => JSON.stringify(text);

function nextDay(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 1);
  return date.toISOString().slice(0, 10);
}

/** The beginning of a day of the user, as a moment. */
const moment = (day: string) => `timestamp(${quoted(new Date(`${day}T00:00:00`).toISOString())})`;

function timeToCel(field: FieldDefinition, operator: Operator, day: string): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined;
  const begins = field.type === "date" ? `date(${quoted(day)})` : moment(day);
  const ends = field.type === "date" ? `date(${quoted(nextDay(day))})` : moment(nextDay(day));
  if (operator === "from") return `${field.name} >= ${begins}`;
  if (operator === "until") return `${field.name} < ${ends}`;
  return field.type === "date"
    ? `${field.name} == ${begins}`
    : `(${field.name} >= ${begins} && ${field.name} < ${ends})`;
}

function literal(field: FieldDefinition, value: string): string | undefined {
  if (field.type === "boolean") return value === "true" ? "true" : "false";
  if (field.type === "duration") {
    const written = durationLiteral(value);
    return written && `duration(${quoted(written)})`;
  }
  if (!isMeasure(field)) return quoted(value);
  const number = value.replace(",", ".").replace(/\s/g, "");
  return /^-?\d+(\.\d+)?$/.test(number) ? number : undefined;
}

const signs: Partial<Record<Operator, string>> = { is: "==", is_not: "!=", at_least: ">=", at_most: "<=" };

/** The condition on a field in CEL; undefined while it says nothing yet. */
export function conditionToCel(field: FieldDefinition, condition: Condition): string | undefined {
  const { operator, value } = condition;
  const name = field.name;
  if (operator === "empty") return isList(field) ? `size(${name}) == 0` : `!has(${name})`;
  if (operator === "filled") return isList(field) ? `size(${name}) > 0` : `has(${name})`;
  if (value === "") return undefined;
  if (operator === "within") return periodToCel(field, value);
  if (operator === "on" || operator === "from" || operator === "until")
    return timeToCel(field, operator, value);
  if (operator === "contains") return `${name}.icontains(${quoted(value)})`;
  if (operator === "starts") return `${name}.startsWith(${quoted(value)})`;
  if (operator === "has_tag") return `${quoted(value)} in ${name}`;
  const written = literal(field, value);
  if (written === undefined) return undefined;
  const sign = signs[operator];
  return sign && `${name} ${sign} ${written}`;
}

function searchToCel({ operator, value }: Condition): string | undefined {
  const words = value.trim();
  if (words === "") return undefined;
  return `${operator === "not_found" ? "!" : ""}search(${quoted(words)})`;
}

/** The condition in CEL; undefined while it says nothing yet, or names a field that is not there. */
export function celOf(entity: EntityDefinition, condition: Condition): string | undefined {
  if (condition.field === anyText) return isSearched(entity) ? searchToCel(condition) : undefined;
  const field = findField(entity, condition.field);
  return field && conditionToCel(field, condition);
}

/** All conditions together, with the one of the chosen tab. */
export function filterOf(
  entity: EntityDefinition,
  tab: string | undefined,
  conditions: Condition[],
): string | undefined {
  const parts = conditions.map((condition) => celOf(entity, condition));
  const all = [tab && `(${tab})`, ...parts].filter((part) => part !== undefined && part !== "");
  return all.length === 0 ? undefined : all.join(" && ");
}

/** As it stands in the address, so that a filtered list can be sent to somebody. */
export function encodeCondition(condition: Condition): string {
  return `${condition.field}~${condition.operator}~${condition.value}`;
}

export function decodeCondition(entity: EntityDefinition, text: string): Condition | undefined {
  const [name = "", operator = "", ...rest] = text.split("~");
  const field = findField(entity, name);
  const known = name === anyText && isSearched(entity) ? searchOperators : field ? operatorsOf(field) : [];
  if (!known.some((one) => one === operator)) return undefined;
  return { field: name, operator: operator as Operator, value: rest.join("~") };
}
