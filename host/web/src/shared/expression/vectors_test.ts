import { describe, expect, it } from "vitest";
import { compile, compileCondition, type Expression } from "./expression";
import { ExpressionError } from "./problem";
import { files, inputsOf, schema, type VectorCase } from "./test_vectors";

function compiled({ expression, condition }: VectorCase): Expression | ExpressionError {
  try {
    return condition ? compileCondition(expression, schema) : compile(expression, schema);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
}

function expectRefused(item: VectorCase, outcome: Expression | ExpressionError) {
  expect(outcome).toBeInstanceOf(ExpressionError);
  if (!(outcome instanceof ExpressionError)) return;
  expect(outcome.code).toBe(item.error);
  expect(outcome.params).toMatchObject({ message: outcome.message, column: String(outcome.column) });
  if (item.message !== undefined) expect(outcome.message).toBe(item.message);
}

function expectComputed(item: VectorCase, outcome: Expression | ExpressionError) {
  if (outcome instanceof ExpressionError) throw outcome;
  const inputs = inputsOf(item.record);
  expect(outcome.evaluate(inputs)).toStrictEqual(item.value);
  expect(outcome.holds(inputs)).toBe(item.value === true);
  const strict = outcome.evaluateStrictly(inputs);
  expect(strict.error?.code).toBe(item.strict);
  if (strict.error === null) expect(strict.value).toStrictEqual(item.value);
}

for (const [name, cases] of Object.entries(files))
  describe(`tests/expression/${name}`, () => {
    it("is read whole", () => expect(cases.length).toBeGreaterThan(500));

    for (const item of cases)
      it(`${item.expression.slice(0, 120)} on ${Object.keys(item.record).join(", ") || "nothing"}`, () => {
        const outcome = compiled(item);
        if (item.error === undefined) expectComputed(item, outcome);
        else expectRefused(item, outcome);
      });
  });
