import { Card, type EntityDefinition } from "@opsflux/ui";
import { type ReactNode, useId } from "react";
import type { DateOrder, DecimalMark } from "../../../../shared/api/imports";
import { fieldLabel } from "../../../../shared/i18n/entity_text";
import { type Text, useText } from "../../../../shared/i18n/text";
import { keyChoices, keyName, uniqueSets, waysOfWriting } from "../../api/import_plan";
import { Choice } from "./choice";
import type { PlanPartProps } from "./columns_card";

const marks: DecimalMark[] = ["point", "comma"];
const orders: DateOrder[] = ["ymd", "dmy", "mdy"];

/** What happens to rows whose record is there, and to those that are wrong; how figures and dates are read. */
export function WriteCard(part: PlanPartProps) {
  const { t } = useText();
  const { plan, onPlan } = part;
  return (
    <Card title={t("import.step.write")}>
      <div className="grid grid-cols-2 gap-x-6 gap-y-5 touch:grid-cols-1">
        <ExistingChoice {...part} />
        <Options
          legend={t("import.bad_rows")}
          value={plan.mode}
          onChange={(mode) => onPlan({ ...plan, mode })}
          options={(["all", "skip"] as const).map((value) => ({
            value,
            label: t(`import.mode.${value}`),
            help: t(`import.mode.${value}_help`),
          }))}
        />
        <WaysOfWriting {...part} />
      </div>
    </Card>
  );
}

const labelOf = (text: Text, entity: EntityDefinition, set: string[]) =>
  text.format.list(set.map((name) => fieldLabel(text, entity, name)));

function ExistingChoice({ entity, plan, onPlan }: PlanPartProps) {
  const text = useText();
  const { t } = text;
  const all = uniqueSets(entity);
  const keys = keyChoices(entity, plan.mapping);
  const impossible =
    all.length === 0
      ? t("import.no_unique")
      : keys.length === 0
        ? t("import.no_key", { fields: all.map((set) => labelOf(text, entity, set)).join(", ") })
        : undefined;
  const byKey = plan.key.length > 0;
  return (
    <Options
      legend={t("import.existing")}
      value={byKey ? "key" : "new"}
      onChange={(value) => onPlan({ ...plan, key: value === "key" ? (keys[0] ?? []) : [] })}
      options={[
        { value: "new", label: t("import.only_new"), help: t("import.only_new_help") },
        {
          value: "key",
          label: t("import.by_key"),
          help: impossible ?? t("import.by_key_help"),
          disabled: impossible !== undefined,
          more: byKey && (
            <Choice
              className="relative mt-2"
              label={t("import.key")}
              value={keyName(plan.key)}
              options={keys.map((set) => ({ value: keyName(set), label: labelOf(text, entity, set) }))}
              onChange={(name) =>
                onPlan({ ...plan, key: keys.find((set) => keyName(set) === name) ?? plan.key })
              }
            />
          ),
        },
      ]}
    />
  );
}

interface Option<T extends string> {
  value: T;
  label: string;
  help: string;
  disabled?: boolean;
  more?: ReactNode;
}

interface OptionsProps<T extends string> {
  legend: string;
  value: T;
  options: Option<T>[];
  onChange: (value: T) => void;
}

/** Choices that need a sentence each. */
function Options<T extends string>({ legend, value, options, onChange }: OptionsProps<T>) {
  const name = useId();
  return (
    <fieldset className="grid content-start gap-2">
      <legend className="mb-2 font-medium text-sm">{legend}</legend>
      {options.map((option) => (
        <div
          key={option.value}
          className="rounded-control border border-line p-3 has-checked:border-accent-line has-checked:bg-selected"
        >
          <label className="flex cursor-pointer gap-2.5 text-body has-disabled:cursor-not-allowed">
            <input
              type="radio"
              className="tick mt-0.5"
              name={name}
              disabled={option.disabled}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            <span className="min-w-0">
              <span className={option.disabled ? "block text-text-3" : "block font-medium"}>
                {option.label}
              </span>
              <span className="block text-sm text-text-2 leading-read">{option.help}</span>
            </span>
          </label>
          {option.more}
        </div>
      ))}
    </fieldset>
  );
}

function WaysOfWriting({ entity, preview, plan, onPlan }: PlanPartProps) {
  const { t, format } = useText();
  const asked = waysOfWriting(entity, plan.mapping);
  const ambiguous = preview.ambiguous.filter((header) => plan.mapping[header]);
  if (!asked.numbers && !asked.dates) return null;
  return (
    <div className="col-span-full grid grid-cols-2 gap-x-6 gap-y-3 border-line-soft border-t pt-4 touch:grid-cols-1">
      {asked.numbers && (
        <Choice
          label={t("import.decimal")}
          value={plan.decimal}
          options={marks.map((value) => ({ value, label: t(`import.decimal.${value}`) }))}
          onChange={(decimal) => onPlan({ ...plan, decimal })}
        />
      )}
      {asked.dates && (
        <Choice
          label={t("import.dates")}
          value={plan.dates}
          options={orders.map((value) => ({ value, label: t(`import.dates.${value}`) }))}
          onChange={(dates) => onPlan({ ...plan, dates })}
        />
      )}
      {ambiguous.length > 0 && (
        <p className="col-span-full text-sm text-text-2">
          {t("import.ambiguous", { columns: format.list(ambiguous) })}
        </p>
      )}
    </div>
  );
}
