/**
 * The vocabulary of the expression language, as host/entities/expression/types.hpp has it for the server.
 * The language is described in host/entities/expression/README.md.
 */

export type Type =
  | "null"
  | "boolean"
  | "integer" // 64 bits
  | "decimal" // exact: a whole number of 64 bits divided by 10^scale
  | "double" // compared only
  | "text"
  | "choice" // a text out of FieldInfo.values
  | "date"
  | "timestamp" // UTC, microseconds
  | "duration" // microseconds
  | "texts" // tags
  | "document"; // can only be empty or not

export interface TypeInfo {
  type: Type;
  /** Digits after the point, of a decimal only; 0 to 18. */
  scale: number;
}

/**
 * A value without its type, which is known statically; null is the empty value. A bigint is an integer, a
 * decimal (times 10^scale), a date (days since 1970-01-01), a timestamp or a duration (microseconds).
 */
export type Value = null | boolean | bigint | number | string | readonly string[];

/** One name that an expression may use. */
export interface FieldInfo {
  /** As written in expressions, and the key in the record: "score", "company.city". */
  name: string;
  type: Type;
  scale?: number;
  /** Of a choice: what it may be; literals are checked against them. */
  values?: readonly string[];
  /** Not of the record but of whoever asks ("user.id"): read from Inputs.context. */
  context?: boolean;
}

/** The names that exist, in the order in which messages list them. */
export type Schema = readonly FieldInfo[];

export const maxScale = 18;

const described: Record<Type, string> = {
  null: "null",
  boolean: "boolean",
  integer: "whole number",
  decimal: "decimal number",
  double: "floating-point number",
  text: "text",
  choice: "choice",
  date: "date",
  timestamp: "timestamp",
  duration: "duration",
  texts: "list of texts",
  document: "document",
};

/** For messages, which are the server's word for word. */
export function describeType(type: Type): string {
  return described[type];
}

export const isExact = (type: Type) => type === "integer" || type === "decimal";
export const isText = (type: Type) => type === "text" || type === "choice";
export const isMoment = (type: Type) => type === "date" || type === "timestamp";
