// @vitest-environment node
import { isCelError, isCelList, run } from "@bufbuild/cel";
import { create } from "@bufbuild/protobuf";
import { isReflectMessage } from "@bufbuild/protobuf/reflect";
import { TimestampSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { decimalText, microsText, parseMicros } from "./calendar";
import { check } from "./checker";
import { compile } from "./expression";
import { floorDivide } from "./int64";
import { parse } from "./parser";
import { ExpressionError, Source } from "./problem";
import { type Difference, differences, type Outcome } from "./test_cel_differences";
import { Generator } from "./test_generator";
import { files, inputsOf, schema } from "./test_vectors";
import type { Node, Op } from "./tree";
import type { FieldInfo, Type } from "./types";
import type { JsonValue } from "./values";

// The language is a subset of CEL. Where both define a result, it must be the one that a public
// implementation of CEL, which is itself held to the conformance tests of CEL, comes to.

const plain = (value: JsonValue): Outcome => ({
  value: typeof value === "number" || typeof value === "bigint" ? String(value) : value,
});

function ours(text: string, record: Record<string, unknown>): Outcome {
  try {
    const { value, error } = compile(text, schema).evaluateStrictly(inputsOf(record));
    return error === null ? plain(value) : "no result";
  } catch (error) {
    if (error instanceof ExpressionError) return "no result";
    throw error;
  }
}

function theirs(text: string, record: Record<string, unknown>): Outcome {
  const result = run(text, bindings(inputsOf(record).record));
  if (isCelError(result)) return "no result";
  if (isCelList(result)) return { value: [...result] as string[] };
  if (!isReflectMessage(result)) return plain(result as JsonValue);
  const message = result.message as unknown as { seconds: bigint; nanos: number };
  const micros = message.seconds * 1_000_000n + floorDivide(BigInt(message.nanos), 1000n);
  const isTime = result.desc.typeName === TimestampSchema.typeName;
  return { value: isTime ? microsText(micros) : `${decimalText(micros, 6)}s` };
}

type CelInput = NonNullable<Parameters<typeof run>[1]>[string];

function bindings(record: Record<string, unknown>): Record<string, CelInput> {
  const out: Record<string, CelInput> = {};
  for (const field of schema) {
    const value = celValue(field, record[field.name]);
    const [first = "", second] = field.name.split(".");
    if (value !== undefined) out[first] = second === undefined ? value : new Map([[second, value]]);
  }
  return out;
}

function celValue({ type }: FieldInfo, value: unknown): CelInput | undefined {
  if (type === "integer" && (typeof value === "number" || typeof value === "bigint")) return BigInt(value);
  if (type === "timestamp" && typeof value === "string") {
    const micros = parseMicros(value) ?? 0n;
    const seconds = floorDivide(micros, 1_000_000n);
    return create(TimestampSchema, { seconds, nanos: Number(micros - seconds * 1_000_000n) * 1000 });
  }
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  return type === "texts" && Array.isArray(value) ? value : undefined;
}

const sharedTypes: readonly Type[] = [
  "boolean",
  "integer",
  "text",
  "choice",
  "timestamp",
  "duration",
  "texts",
];
const ownOperations: readonly Op[] = [
  "has",
  "icontains",
  "now",
  "today",
  "toDate",
  "toTimestamp",
  "startOf",
  "addMonths",
  "rescale",
];

function inSharedPart(node: Node): boolean {
  if (node.op === "list") return node.kids.every(inSharedPart);
  const negatedSpan = node.op === "negate" && node.type.type === "duration";
  return (
    sharedTypes.includes(node.type.type) &&
    !ownOperations.includes(node.op) &&
    !negatedSpan &&
    node.kids.every(inSharedPart)
  );
}

/** Whether both languages define a result: no empty field, only types and functions that both have. */
function isShared(text: string, record: Record<string, unknown>): boolean {
  try {
    const source = new Source(text, "filter");
    const root = parse(source);
    const fields = check(source, schema, root);
    const given = inputsOf(record).record as Record<string, unknown>;
    return fields.every((field) => given[field.name] != null) && inSharedPart(root);
  } catch {
    return false;
  }
}

const listed = Object.values(differences).flat();

const keyOf = (expression: string, record: Record<string, unknown>) =>
  JSON.stringify([expression, record], (_, value) => (typeof value === "bigint" ? `${value}n` : value));

const listedKeys = new Set(listed.map(({ expression, record = {} }) => keyOf(expression, record)));

function expectAgreement(expression: string, record: Record<string, unknown>) {
  expect({ expression, record, outcome: ours(expression, record) }).toStrictEqual({
    expression,
    record,
    outcome: theirs(expression, record),
  });
}

describe("The language and CEL agree", () => {
  const shared = Object.values(files)
    .flat()
    .filter(
      (item) =>
        isShared(item.expression, item.record) && !listedKeys.has(keyOf(item.expression, item.record)),
    );

  it("on a good part of the vectors", () => expect(shared.length).toBeGreaterThan(250));

  for (const { expression, record } of shared)
    it(`on ${expression.slice(0, 120)}`, () => expectAgreement(expression, record));

  it("on random expressions, with and without a result", { timeout: 60_000 }, () => {
    const rounds = 4000;
    const generator = new Generator(2026);
    const outcomes = new Map<string, number>();
    for (let round = 0; round < rounds; round++) {
      const expression = generator.expression(1 + (round % 4));
      const record = generator.record();
      expectAgreement(expression, record);
      const outcome = ours(expression, record);
      const kind =
        outcome === "no result"
          ? outcome
          : typeof outcome.value === "boolean"
            ? String(outcome.value)
            : "other";
      outcomes.set(kind, 1 + (outcomes.get(kind) ?? 0));
    }
    for (const kind of ["no result", "true", "false", "other"])
      expect(outcomes.get(kind), kind).toBeGreaterThan(rounds / 20);
  });
});

describe("The language and CEL differ on purpose", () => {
  const check = ({ expression, record = {}, ...expected }: Difference) => {
    expect({ ours: ours(expression, record), cel: theirs(expression, record) }).toStrictEqual(expected);
    expect(expected.ours).not.toStrictEqual(expected.cel);
  };
  for (const [reason, lines] of Object.entries(differences))
    describe(reason, () => {
      for (const line of lines) it(line.expression, () => check(line));
    });
});
