import { useApp } from "../../../shared/api/app";
import { entityWord } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { currencyCodes } from "../../../shared/ui/currencies";
import { Field, type FieldIds } from "../../../shared/ui/field";
import { FieldEditor } from "../../records/ui/field_editor";
import { fixedRules, hasValues, mayDefault, type RuleKey, rulesOf, valueLabel } from "../api/field_draft";
import type { DraftPart } from "./field_dialog";

/** What only some types have, each rule a field of its own, short ones side by side. */
export function TypeRules(part: DraftPart) {
  const rules = rulesOf(part.draft.type);
  if (rules.length === 0) return null;
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2">
      {rules.map((rule) => (
        <Rule key={rule} {...part} rule={rule} />
      ))}
    </div>
  );
}

const choices = new Set<RuleKey>(["currency", "to"]);
const ofText = new Set(["text", "longtext"]);

function Rule({ rule, ...part }: DraftPart & { rule: RuleKey }) {
  const { draft, change, refusal, fixed } = part;
  const { t } = useText();
  const key = rule === "max" && ofText.has(draft.type) ? "max_length" : rule;
  const set = (value: string) => change({ rules: { ...draft.rules, [rule]: value } });
  const value = draft.rules[rule] ?? "";
  const disabled = fixed && fixedRules.has(rule);
  return (
    <Field
      label={t(`fields.rule.${key}`)}
      optional={!choices.has(rule)}
      required={choices.has(rule)}
      error={refusal(`field.${rule}`)}
    >
      {(ids) =>
        choices.has(rule) ? (
          <Choice ids={ids} rule={rule} value={value} disabled={disabled} onChange={set} />
        ) : (
          <input
            {...ids}
            className={rule === "pattern" ? "control font-mono" : "control"}
            inputMode={
              rule === "unit" || rule === "placeholder" || rule === "pattern" ? undefined : "decimal"
            }
            disabled={disabled}
            value={value}
            onChange={(event) => set(event.target.value)}
          />
        )
      }
    </Field>
  );
}

interface ChoiceProps {
  ids: FieldIds;
  rule: RuleKey;
  value: string;
  disabled: boolean;
  onChange: (value: string) => void;
}

function Choice({ ids, rule, value, disabled, onChange }: ChoiceProps) {
  const text = useText();
  const { entities } = useApp();
  const names = new Intl.DisplayNames(text.language, { type: "currency" });
  const options =
    rule === "to"
      ? entities.map((entity) => [entity.name, entityWord(text, entity, "many")] as const)
      : currencyCodes.map((code) => [code, `${code} – ${names.of(code) ?? code}`] as const);
  return (
    <select
      {...ids}
      className="control"
      disabled={disabled}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="" />
      {options.map(([option, label]) => (
        <option key={option} value={option}>
          {label}
        </option>
      ))}
    </select>
  );
}

export function DefaultValue({ entity, draft, change, refusal }: DraftPart) {
  const text = useText();
  const { type } = draft;
  if (type !== "enum" && !mayDefault(type)) return null;
  return (
    <Field label={text.t("fields.default")} optional error={refusal("field.default")}>
      {(ids) =>
        hasValues(type) ? (
          <select
            {...ids}
            className="control"
            value={String(draft.default ?? "")}
            onChange={(event) => change({ default: event.target.value || null })}
          >
            <option value="" />
            {draft.values.map((value) => (
              <option key={value} value={value}>
                {valueLabel(draft.texts, value, text.language)}
              </option>
            ))}
          </select>
        ) : (
          <FieldEditor
            ids={ids}
            entity={entity}
            field={{ name: "default", type }}
            value={draft.default}
            onChange={(value) => change({ default: value })}
          />
        )
      }
    </Field>
  );
}
