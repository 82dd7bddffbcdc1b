import type { Op } from "./tree";

export interface FunctionInfo {
  name: string;
  /** text.contains(part) rather than size(text) */
  method: boolean;
  /** Without the receiver. */
  arguments: number;
  /** "literal": computed while compiling. */
  op: Op;
  usage: string;
}

const define = (name: string, method: boolean, count: number, op: Op, usage: string): FunctionInfo => ({
  name,
  method,
  arguments: count,
  op,
  usage,
});

/** The table of host/entities/expression/functions.hpp, in its order, which messages show. */
const functions: readonly FunctionInfo[] = [
  define("contains", true, 1, "contains", 'text.contains("part")'),
  define("icontains", true, 1, "icontains", 'text.icontains("part")'),
  define("startsWith", true, 1, "startsWith", 'text.startsWith("part")'),
  define("endsWith", true, 1, "endsWith", 'text.endsWith("part")'),
  define("size", true, 0, "size", "text.size()"),
  define("size", false, 1, "size", "size(text)"),
  define("has", false, 1, "has", "has(field)"),
  define("today", false, 0, "today", "today()"),
  define("now", false, 0, "now", "now()"),
  define("date", false, 1, "toDate", 'date("2026-01-31")'),
  define("timestamp", false, 1, "toTimestamp", 'timestamp("2026-01-31T12:00:00Z")'),
  define("duration", false, 1, "literal", 'duration("24h")'),
  define("startOf", false, 2, "startOf", 'startOf(date, "month")'),
  define("addMonths", false, 2, "addMonths", "addMonths(date, 3)"),
];

export function findFunction(name: string, method: boolean): FunctionInfo | undefined {
  return functions.find((candidate) => candidate.name === name && candidate.method === method);
}

export function functionNames(method: boolean): string[] {
  return functions.filter((candidate) => candidate.method === method).map((candidate) => candidate.name);
}
