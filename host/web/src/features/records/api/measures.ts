import type { FieldDefinition, TotalOperation } from "@opsflux/ui";
import type { Text } from "../../../shared/i18n/text";
import { durationMs } from "../../../shared/values/duration";

/** A figure out of many records, as the field's own values are written. */
export function measureText(
  text: Text,
  field: FieldDefinition,
  operation: TotalOperation,
  value: string,
  currency = /^[A-Z]{3}$/.test(field.currency ?? "") ? field.currency : undefined,
): string {
  const { format } = text;
  if (operation === "count") return format.number(value);
  if (field.type === "duration") return format.span(value);
  if (field.type === "money") return format.money(value, currency, field.scale);
  const digits = operation === "avg" ? 1 : field.type === "decimal" ? field.scale : 0;
  return format.number(value, digits) + (field.unit ? `\u00a0${field.unit}` : "");
}

/** The same figure for an axis: durations in hours. */
export function measureNumber(field: FieldDefinition | undefined, value: unknown): number {
  if (value === null || value === undefined) return 0;
  if (field?.type === "duration") return (durationMs(String(value)) ?? 0) / 3_600_000;
  const figure = Number(value);
  return Number.isFinite(figure) ? figure : 0;
}
