import {
  daysText,
  decimalText,
  microsText,
  parseDays,
  parseDecimal,
  parseDuration,
  parseMicros,
} from "./calendar";
import { narrow, rescale } from "./int64";
import type { TypeInfo, Value } from "./types";

/**
 * A field's value as the REST interface has it: decimals as text or number, dates and times as text. What
 * the type cannot hold, which a half-filled form may well contain, is empty; the server refuses it on saving.
 */
export function valueFromJson({ type, scale }: TypeInfo, json: unknown): Value {
  if (json === null || json === undefined) return null;
  // A document is never looked into: that it is there is all an expression can see.
  if (type === "document") return true;
  switch (typeof json) {
    case "number":
    case "bigint":
      return fromNumber({ type, scale }, json);
    case "boolean":
      return type === "boolean" ? json : null;
    case "string":
      return fromString({ type, scale }, json);
  }
  return type === "texts" && isTexts(json) ? json : null;
}

function isTexts(json: unknown): json is readonly string[] {
  return Array.isArray(json) && json.every((item) => typeof item === "string");
}

/** Whole numbers beyond 2^53, which JSON.parse would round, may be given as bigint. */
function fromNumber({ type, scale }: TypeInfo, json: number | bigint): Value {
  if (type === "double") return Number.isFinite(Number(json)) ? Number(json) : null;
  if (type !== "integer" && type !== "decimal") return null;
  if (typeof json === "bigint" || Number.isInteger(json)) {
    const whole = narrow(BigInt(json));
    return whole === null ? null : rescale(whole, scale);
  }
  return type === "decimal" ? parseDecimal(String(json), scale) : null;
}

function fromString({ type, scale }: TypeInfo, text: string): Value {
  switch (type) {
    case "text":
    case "choice":
      return text;
    case "decimal":
      return parseDecimal(text, scale);
    case "date":
      return parseDays(text);
    case "timestamp":
      return parseMicros(text);
    case "duration":
      return parseDuration(text);
    default:
      return null;
  }
}

export type JsonValue = null | boolean | number | bigint | string | readonly string[];

/** The same way back. A whole number beyond 2^53 stays a bigint. */
export function valueToJson({ type, scale }: TypeInfo, value: Value): JsonValue {
  if (typeof value !== "bigint") return value;
  switch (type) {
    case "decimal":
      return decimalText(value, scale);
    case "date":
      return daysText(value);
    case "timestamp":
      return microsText(value);
    case "duration":
      return `${decimalText(value, 6)}s`;
    default:
      return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }
}
