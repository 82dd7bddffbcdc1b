/**
 * Filters, rules, conditions and computed values in the browser: the same language, results and errors as
 * host/entities/expression on the server, so that a form can follow its rules while somebody types.
 *
 *   const rule = compileCondition('status == "done" && score >= 3', schemaOf(entity), "required_when");
 *   rule.holds({ record: draft });
 *
 * Compiling throws ExpressionError; a compiled expression never throws, and takes time proportional to its
 * length and to the values it reads.
 */
import { microsPerDay, parseDays, parseMicros } from "./calendar";
import { check } from "./checker";
import { Evaluator, type Scope } from "./evaluator";
import { floorDivide } from "./int64";
import { parse } from "./parser";
import { type ExpressionError, Source } from "./problem";
import type { Node } from "./tree";
import { describeType, type FieldInfo, type Schema, type TypeInfo } from "./types";
import { type JsonValue, valueFromJson, valueToJson } from "./values";

export interface Inputs {
  /** Values by field name as the REST interface has them; what a field cannot hold counts as empty. */
  record?: Readonly<Record<string, unknown>> | null;
  /** The same for the fields that are marked `context`. */
  context?: Readonly<Record<string, unknown>> | null;
  /** For now(); a text is an RFC 3339 time. The clock of the device when left out. */
  now?: Date | string;
  /** For today(), "2026-01-31"; the day of `now` in UTC when left out. */
  today?: string;
}

export type StrictResult = { value: JsonValue; error: null } | { value: null; error: ExpressionError };

const noScope: Scope = { read: () => null, now: () => null, today: () => null };

export class Expression {
  readonly text: string;
  /** In the order of the text; a field used twice stands twice. */
  readonly fields: readonly FieldInfo[];
  private readonly source: Source;
  private readonly root: Node;

  constructor(source: Source, root: Node, fields: readonly FieldInfo[]) {
    this.text = source.text;
    this.source = source;
    this.root = root;
    this.fields = fields;
  }

  get type(): TypeInfo {
    return this.root.type;
  }

  /** As REST JSON. A calculation without a result is empty (null). */
  evaluate(inputs: Inputs = {}): JsonValue {
    return this.run(inputs).value;
  }

  /** For computed values and rules: a calculation without a result is the error entity.filter_overflow. */
  evaluateStrictly(inputs: Inputs = {}): StrictResult {
    const { value, error } = this.run(inputs);
    return error === null ? { value, error } : { value: null, error };
  }

  /** For conditions; empty counts as false. */
  holds(inputs: Inputs = {}): boolean {
    return this.run(inputs).value === true;
  }

  private run(inputs: Inputs): { value: JsonValue; error: ExpressionError | null } {
    const evaluator = new Evaluator(this.source, scopeOf(inputs));
    const value = evaluator.evaluate(this.root);
    return { value: valueToJson(this.root.type, value), error: evaluator.error };
  }
}

/** `where` names what holds the text, for errors. */
export function compile(text: string, schema: Schema, where = "filter"): Expression {
  const source = new Source(text, where);
  const root = parse(source);
  const fields = check(source, schema, root);
  checkConstants(source, root);
  return new Expression(source, root, fields);
}

/** The same, and refuses anything but a condition. */
export function compileCondition(text: string, schema: Schema, where = "filter"): Expression {
  const expression = compile(text, schema, where);
  if (expression.type.type !== "boolean")
    throw new Source(text, where).wrongType(
      0,
      `A condition is needed here, and this is a ${describeType(expression.type.type)}`,
      "Compare it with a value.",
    );
  return expression;
}

/** A part without fields that has no result is a mistake in the text, whatever the record. */
function checkConstants(source: Source, node: Node) {
  if (node.op !== "list" && isConstant(node)) {
    const evaluator = new Evaluator(source, noScope);
    evaluator.evaluate(node);
    if (evaluator.error !== null) throw evaluator.error;
  } else {
    for (const operand of node.kids) checkConstants(source, operand);
  }
}

function isConstant(node: Node): boolean {
  return node.op !== "field" && node.op !== "now" && node.op !== "today" && node.kids.every(isConstant);
}

function scopeOf(inputs: Inputs): Scope {
  const now = once(() => microsOf(inputs.now ?? new Date()));
  return {
    read: (field) => valueFromJson(typeOf(field), own(field.context ? inputs.context : inputs.record, field)),
    now,
    today: () => {
      if (inputs.today !== undefined) return parseDays(inputs.today);
      const micros = now();
      return micros === null ? null : floorDivide(micros, microsPerDay);
    },
  };
}

/** One evaluation sees one time. */
function once(read: () => bigint | null): () => bigint | null {
  let value: bigint | null | undefined;
  return () => {
    if (value === undefined) value = read();
    return value;
  };
}

function microsOf(time: Date | string): bigint | null {
  if (typeof time === "string") return parseMicros(time);
  return Number.isNaN(time.getTime()) ? null : BigInt(Math.floor(time.getTime())) * 1000n;
}

const typeOf = ({ type, scale = 0 }: FieldInfo): TypeInfo => ({ type, scale });

function own(values: Readonly<Record<string, unknown>> | null | undefined, field: FieldInfo): unknown {
  return values && Object.hasOwn(values, field.name) ? values[field.name] : null;
}
