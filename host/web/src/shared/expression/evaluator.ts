import { addMonths, microsPerDay, narrowMoment, startOf } from "./calendar";
import { compareCodePoints, countCodePoints, lowerAscii } from "./code_points";
import { divide, floorDivide, modulo, narrow, powerOfTen, rescale } from "./int64";
import type { ExpressionError, Source } from "./problem";
import { kid, type Node, type Op } from "./tree";
import type { FieldInfo, TypeInfo, Value } from "./types";

/** What an expression sees besides its text. */
export interface Scope {
  read(field: FieldInfo): Value;
  /** Microseconds since 1970; null is empty. */
  now(): Value;
  /** Days since 1970; null is empty. */
  today(): Value;
}

/**
 * Computes a checked tree. A calculation without a result is empty; strictly it is the error
 * entity.filter_overflow, which is kept for the caller. Never throws.
 */
export class Evaluator {
  error: ExpressionError | null = null;
  private readonly source: Source;
  private readonly scope: Scope;

  constructor(source: Source, scope: Scope) {
    this.source = source;
    this.scope = scope;
  }

  evaluate(node: Node): Value {
    switch (node.op) {
      case "literal":
        return node.value;
      case "field":
        return node.field === null ? null : this.scope.read(node.field);
      case "and":
        return node.kids.every((operand) => this.condition(operand));
      case "or":
        return node.kids.some((operand) => this.condition(operand));
      case "not":
        return !this.condition(kid(node, 0));
      case "equal":
      case "notEqual":
      case "less":
      case "lessEqual":
      case "greater":
      case "greaterEqual":
        return this.comparison(node);
      case "in":
        return this.membership(node);
      case "conditional":
        return this.evaluate(kid(node, this.condition(kid(node, 0)) ? 1 : 2));
      case "has":
        return this.evaluate(kid(node, 0)) !== null;
      case "contains":
      case "icontains":
      case "startsWith":
      case "endsWith":
        return this.textTest(node);
      case "size":
        return this.size(node);
      case "now":
        return this.scope.now();
      case "today":
        return this.scope.today();
      default:
        return this.calculation(node);
    }
  }

  private condition(node: Node): boolean {
    return this.evaluate(node) === true;
  }

  /**
   * An empty side makes every comparison false; != is the opposite of ==. Comparing with the literal null
   * asks for emptiness instead.
   */
  private comparison(node: Node): boolean {
    const [a, b] = [kid(node, 0), kid(node, 1)];
    const [left, right] = [this.evaluate(a), this.evaluate(b)];
    const negated = node.op === "notEqual";
    if (a.type.type === "null" || b.type.type === "null")
      return (left === null && right === null) !== negated;
    return compare(negated ? "equal" : node.op, left, a.type, right, b.type) !== negated;
  }

  private membership(node: Node): boolean {
    const [a, list] = [kid(node, 0), kid(node, 1)];
    const element = this.evaluate(a);
    if (element === null) return false;
    if (list.op === "list")
      return list.kids.some((item) => compare("equal", element, a.type, this.evaluate(item), item.type));
    const tags = this.evaluate(list);
    return Array.isArray(tags) && tags.includes(element);
  }

  private textTest(node: Node): boolean {
    const [text, part] = [this.evaluate(kid(node, 0)), this.evaluate(kid(node, 1))];
    if (typeof text !== "string" || typeof part !== "string") return false;
    switch (node.op) {
      case "contains":
        return text.includes(part);
      case "icontains":
        return lowerAscii(text).includes(lowerAscii(part));
      case "startsWith":
        return text.startsWith(part);
      default:
        return text.endsWith(part);
    }
  }

  private size(node: Node): Value {
    const value = this.evaluate(kid(node, 0));
    if (typeof value === "string") return BigInt(countCodePoints(value));
    return Array.isArray(value) ? BigInt(value.length) : null;
  }

  /** Everything on numbers and moments; empty in, empty out. */
  private calculation(node: Node): Value {
    const [a, b] = node.kids.map((operand) => this.evaluate(operand));
    if (typeof a === "string" && typeof b === "string") return a + b;
    if (typeof a !== "bigint" || (node.kids.length > 1 && typeof b !== "bigint")) return null;
    const result = typeof b === "bigint" ? binary(node, a, b) : unary(node, a);
    if (result === null)
      this.error ??= this.source.problem("entity.filter_overflow", node.offset, noResult(node.op));
    return result;
  }
}

function noResult(op: Op): string {
  if (op === "startOf" || op === "addMonths") return "This moment is outside of the calendar";
  return op === "divide" || op === "modulo"
    ? "This division has no result"
    : "This calculation leaves the range of 64 bits";
}

function holds(op: Op, order: number): boolean {
  switch (op) {
    case "equal":
      return order === 0;
    case "less":
      return order < 0;
    case "lessEqual":
      return order <= 0;
    case "greater":
      return order > 0;
    case "greaterEqual":
      return order >= 0;
    default:
      return false;
  }
}

function compare(op: Op, left: Value, a: TypeInfo, right: Value, b: TypeInfo): boolean {
  if (typeof left === "string" && typeof right === "string")
    return op === "equal" ? left === right : holds(op, compareCodePoints(left, right));
  if (typeof left === "bigint" && typeof right === "bigint") {
    const scale = Math.max(a.scale, b.scale);
    const [x, y] = [atScale(left, a, scale), atScale(right, b, scale)];
    return holds(op, x < y ? -1 : x > y ? 1 : 0);
  }
  if (typeof left === "number" && typeof right === "number")
    return holds(op, left < right ? -1 : left > right ? 1 : 0);
  return op === "equal" && typeof left === "boolean" && left === right;
}

/** Not bounded by 64 bits: comparisons are exact. */
function atScale(value: bigint, { scale }: TypeInfo, wanted: number): bigint {
  return value * (powerOfTen(wanted - scale) ?? 1n);
}

function unary(node: Node, a: bigint): bigint | null {
  switch (node.op) {
    case "negate":
      return narrow(-a);
    case "rescale":
      return rescale(a, node.type.scale - kid(node, 0).type.scale);
    case "toDate":
      return floorDivide(a, microsPerDay);
    case "toTimestamp":
      return narrow(a * microsPerDay);
    case "startOf":
      return inCalendar(node, a, (days) => startOf(days, node.name));
    default:
      return null;
  }
}

/** Moves the day of a date or timestamp; the time of day stays, or is taken off by startOf. */
function inCalendar(node: Node, moment: bigint, move: (days: bigint) => bigint | null): bigint | null {
  if (node.type.type === "date") return move(moment);
  const days = floorDivide(moment, microsPerDay);
  const moved = move(days);
  if (moved === null) return null;
  const time = node.op === "startOf" ? 0n : moment - days * microsPerDay;
  return narrowMoment(moved * microsPerDay + time);
}

function binary(node: Node, a: bigint, b: bigint): bigint | null {
  const dates = kid(node, 0).type.type === "date";
  switch (node.op) {
    case "multiply":
      return narrow(a * b);
    case "divide":
      return divide(a, b);
    case "modulo":
      return modulo(a, b);
    case "addMonths":
      return inCalendar(node, a, (days) => addMonths(days, b));
    case "add":
      return narrow(a + (dates ? b / microsPerDay : b));
    case "subtract": {
      if (!dates) return narrow(a - b);
      if (node.type.type === "date") return narrow(a - b / microsPerDay);
      const days = narrow(a - b);
      return days === null ? null : narrow(days * microsPerDay);
    }
    default:
      return null;
  }
}
