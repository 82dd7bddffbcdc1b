import { Button, type EntityDefinition, type FieldDefinition } from "@opsflux/ui";
import { type FormEvent, useState } from "react";
import { fieldLabel, findField } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { Field } from "../../../shared/ui/field";
import { possibleColumns } from "../api/columns";
import {
  anyText,
  type Condition,
  celOf,
  isSearched,
  needsValue,
  type Operator,
  operatorsOf,
  searchOperators,
} from "../api/filters";
import { FieldEditor } from "./field_editor";
import { PeriodEditor } from "./period_editor";

export interface ConditionFormProps {
  entity: EntityDefinition;
  onAdd: (condition: Condition) => void;
}

/** Builds one condition: which field, how, which value. */
export function ConditionForm({ entity, onAdd }: ConditionFormProps) {
  const text = useText();
  const { t } = text;
  const fields = possibleColumns(entity).filter((field) => operatorsOf(field).length > 0);
  const [name, setName] = useState(fields[0]?.name ?? "");
  const field = name === anyText ? searchField : findField(entity, name);
  const operators = name === anyText ? searchOperators : field ? operatorsOf(field) : [];
  const [chosen, setOperator] = useState<Operator>();
  const operator = operators.find((known) => known === chosen) ?? operators[0] ?? "is";
  const [value, setValue] = useState("");
  const ready = celOf(entity, { field: name, operator, value }) !== undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) onAdd({ field: name, operator, value });
  };
  const choose = (next: string) => {
    setName(next);
    setValue("");
  };
  const ask = (next: Operator) => {
    setOperator(next);
    // A day is no period, and the other way round.
    if ((next === "within") !== (operator === "within")) setValue(next === "within" ? "this_month" : "");
  };
  return (
    <form onSubmit={submit} className="grid gap-3">
      <Field label={t("filter.field")}>
        {(ids) => (
          <select
            {...ids}
            className="control choice"
            value={name}
            onChange={(event) => choose(event.target.value)}
          >
            {isSearched(entity) && <option value={anyText}>{t("filter.any_text")}</option>}
            {fields.map((candidate) => (
              <option key={candidate.name} value={candidate.name}>
                {fieldLabel(text, entity, candidate.name)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={t("filter.operator")}>
        {(ids) => (
          <select
            {...ids}
            className="control choice"
            value={operator}
            onChange={(event) => ask(event.target.value as Operator)}
          >
            {operators.map((known) => (
              <option key={known} value={known}>
                {t(`operator.${known}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {field && needsValue(operator) && (
        <Field label={t("filter.value")}>
          {(ids) =>
            operator === "within" ? (
              <PeriodEditor ids={ids} value={value} onChange={setValue} />
            ) : (
              <FieldEditor
                ids={ids}
                entity={entity}
                field={filterField(field)}
                value={value}
                onChange={(next) => setValue(asText(next))}
              />
            )
          }
        </Field>
      )}
      <Button type="submit" kind="primary" disabled={!ready}>
        {t("filter.add")}
      </Button>
    </form>
  );
}

const searchField: FieldDefinition = { name: anyText, type: "text" };

const askedAs: Partial<Record<FieldDefinition["type"], FieldDefinition["type"]>> = {
  datetime: "date",
  tags: "text",
  longtext: "text",
  richtext: "text",
  email: "text",
  url: "text",
  sequence: "text",
  money: "decimal",
  enums: "enum",
  references: "reference",
};

/** In a filter a moment is asked by its day, and one of several or one line is enough. What nobody types can be asked. */
function filterField(field: FieldDefinition): FieldDefinition {
  const type = askedAs[field.type];
  if (type) return { ...field, read_only: false, type, required: type === "enum" || undefined };
  return { ...field, read_only: false, required: true };
}

function asText(value: unknown): string {
  return value === null || value === undefined ? "" : String(value);
}
