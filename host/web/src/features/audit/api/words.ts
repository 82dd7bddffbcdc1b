import type { EntityDefinition } from "@opsflux/ui";
import { entityWord, fieldLabel } from "../../../shared/i18n/entity_text";
import type { Text } from "../../../shared/i18n/text";
import type { AuditRow } from "./audit";

/** What was done, in words; what a module or a later version does is told by its name. */
export function actionWord(text: Text, action: string): string {
  return text.find(`audit.action.${action}`) ?? action;
}

/** What it was done to. */
export function objectWord(text: Text, entities: EntityDefinition[], entity: string): string {
  const definition = entities.find((candidate) => candidate.name === entity);
  return definition ? entityWord(text, definition, "one") : (text.find(`audit.object.${entity}`) ?? entity);
}

export function reasonWord(text: Text, reason: string): string {
  return text.find(`audit.reason.${reason}`) ?? reason;
}

export function changedField(text: Text, entities: EntityDefinition[], row: AuditRow, field: string): string {
  const definition = entities.find((candidate) => candidate.name === row.entity);
  if (definition) return fieldLabel(text, definition, field);
  return text.find(`audit.field.${field}`) ?? field;
}

/** Who did it: a person, or the server itself; an account nobody knows is told by what was typed. */
export function actorWord(text: Text, row: AuditRow): string {
  if (row.actor.id === null && row.actor.name === "system") return text.t("activity.system");
  return row.actor.name ?? row.actor.id ?? text.t("audit.nobody");
}

/** A value of any kind in one line. */
export function shownValue(text: Text, value: unknown): string | undefined {
  if (value === null || value === undefined || value === "") return undefined;
  if (typeof value === "boolean") return text.t(value ? "value.yes" : "value.no");
  if (typeof value === "number") return text.format.number(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}
