import type { EntityDefinition, FieldDefinition, FormSection, RuleDefinition } from "@opsflux/ui";
import { useMemo } from "react";

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
  return useMemo(() => conditionsOf(entity, values, stored), [entity, values, stored]);
}
