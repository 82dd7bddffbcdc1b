import type { EntityDefinition, FieldDefinition, FormSection, RuleDefinition } from "@opsflux/ui";
import { useMemo } from "react";
import { useApp } from "../../../shared/api/app";
import { compileCondition, type Expression } from "../../../shared/expression/expression";
import { ExpressionError } from "../../../shared/expression/problem";
import { schemaOf } from "../../../shared/expression/schema";
import type { Schema } from "../../../shared/expression/types";

export interface FieldCondition {
  visible: boolean;
  required: boolean;
  read_only: boolean;
  /** A rule that does not hold and belongs to this field. */
  broken: RuleDefinition | undefined;
}

export interface Conditions {
  field(name: string): FieldCondition;
  section(section: FormSection): boolean;
}

export type Values = Record<string, unknown>;

/**
 * Whether an expression holds of a record's values; undefined where the browser cannot tell. This is the one place
 * that knows how expressions are judged. What it does not judge is left to the server, which judges all of it.
 */
export type Judge = (expression: string, entity: EntityDefinition, values: Values) => boolean | undefined;

const undecided: Judge = () => undefined;

const nameTypes: Schema = ["user.id", "user.name", "user.role"].map((name) => ({
  name,
  type: "text",
  context: true,
}));
const compiled = new WeakMap<EntityDefinition, Map<string, Expression | null>>();

/** Null where the browser cannot compile it, for instance because it names a field this person may not see. */
function compiledFor(entity: EntityDefinition, text: string): Expression | null {
  const known = compiled.get(entity) ?? new Map<string, Expression | null>();
  compiled.set(entity, known);
  let expression = known.get(text);
  if (expression !== undefined) return expression;
  try {
    expression = compileCondition(text, schemaOf(entity, nameTypes));
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    expression = null;
  }
  known.set(text, expression);
  return expression;
}

/** Durations as expressions write them: "P1DT2H30M" is "1d2h30m". */
function readable(entity: EntityDefinition, values: Values): Values {
  const durations = entity.fields.filter((field) => field.type === "duration");
  if (durations.length === 0) return values;
  const out = { ...values };
  for (const { name } of durations) {
    const value = out[name];
    if (typeof value === "string") out[name] = value.replace(/[PT]/g, "").toLowerCase();
  }
  return out;
}

/** Judges for a person. */
export function judgeFor(user: { id: string; name: string; role: string }): Judge {
  const context = { "user.id": user.id, "user.name": user.name, "user.role": user.role };
  return (text, entity, values) =>
    compiledFor(entity, text)?.holds({ record: readable(entity, values), context });
}

/** What the definition's expressions say of the fields of a form. `stored` is the record before the changes. */
export function conditionsOf(
  entity: EntityDefinition,
  values: Values,
  stored: Values | undefined,
  judge: Judge = undecided,
): Conditions {
  const told = (expression: string | undefined, of: Values, otherwise: boolean) =>
    (expression === undefined ? undefined : judge(expression, entity, of)) ?? otherwise;
  const broken = (entity.rules ?? []).filter((rule) => !told(rule.check, values, true));
  const condition = (field: FieldDefinition | undefined, name: string): FieldCondition => {
    const visible = told(field?.visible_if, values, true);
    return {
      visible,
      required: visible && (field?.required === true || told(field?.required_if, values, false)),
      // The server judges this on the record as it stood before the change.
      read_only:
        field?.read_only === true || (stored !== undefined && told(field?.read_only_if, stored, false)),
      broken: broken.find((rule) => rule.fields?.[0] === name),
    };
  };
  return {
    field: (name) =>
      condition(
        entity.fields.find((field) => field.name === name),
        name,
      ),
    section: (section) => told(section.visible_if, values, true),
  };
}

export function useConditions(entity: EntityDefinition, values: Values, stored?: Values): Conditions {
  const { user } = useApp();
  const judge = useMemo(() => judgeFor(user), [user]);
  return useMemo(() => conditionsOf(entity, values, stored, judge), [entity, values, stored, judge]);
}
