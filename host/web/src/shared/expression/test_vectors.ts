/** For the tests of this folder: the cases of tests/expression, read so that no number loses a digit. */
import randomText from "../../../../../tests/expression/random.json?raw";
import text from "../../../../../tests/expression/vectors.json?raw";
import type { ErrorCode } from "./problem";
import type { FieldInfo, Schema, Type } from "./types";
import type { JsonValue } from "./values";

export interface VectorCase {
  expression: string;
  record: Record<string, unknown>;
  /** Characters that stand for a text so many times. */
  repeat?: Record<string, [string, number]>;
  /** A condition is asked for. */
  condition?: boolean;
  value?: JsonValue;
  strict?: ErrorCode;
  error?: ErrorCode;
  /** Of the error, in English, with its place. */
  message?: string;
}

interface VectorField {
  name: string;
  type: string;
  scale?: number;
  values?: string[];
  context?: boolean;
  fallback?: unknown;
}

interface Vectors {
  now: string;
  fields: VectorField[];
}

const marker = "\u0001whole:";

/** Whole numbers that a JavaScript number cannot hold become bigint. */
export function parseExactly(json: string): unknown {
  const marked = json.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) =>
    /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token)) ? JSON.stringify(marker + token) : token,
  );
  return JSON.parse(marked, (_, value: unknown) =>
    typeof value === "string" && value.startsWith(marker) ? BigInt(value.slice(marker.length)) : value,
  );
}

function filled(text: string, repeat: Record<string, [string, number]>): string {
  return Object.entries(repeat).reduce(
    (done, [mark, [filling, times]]) => done.replaceAll(mark, () => filling.repeat(times)),
    text,
  );
}

function withRepeats(item: VectorCase): VectorCase {
  const { repeat, expression, record } = item;
  if (repeat === undefined) return item;
  const values = Object.entries(record).map(([name, value]) => [
    name,
    typeof value === "string" ? filled(value, repeat) : value,
  ]);
  return { ...item, expression: filled(expression, repeat), record: Object.fromEntries(values) };
}

function readCases(json: string): VectorCase[] {
  return (parseExactly(json) as { cases: VectorCase[] }).cases.map(withRepeats);
}

export const vectors = parseExactly(text) as Vectors;
export const files = { "vectors.json": readCases(text), "random.json": readCases(randomText) };

const types: Record<string, Type> = {
  enum: "choice",
  datetime: "timestamp",
  tags: "texts",
  json: "document",
};

function fieldInfo({ name, type, scale, values, context }: VectorField): FieldInfo {
  return { name, type: types[type] ?? (type as Type), scale, values, context };
}

export const schema: Schema = vectors.fields.map(fieldInfo);

/** With the fallbacks for what the record does not name. */
export function inputsOf(record: Record<string, unknown>) {
  const fallbacks = Object.fromEntries(vectors.fields.map((field) => [field.name, field.fallback]));
  const all = { ...fallbacks, ...record };
  return { record: all, context: all, now: vectors.now };
}
