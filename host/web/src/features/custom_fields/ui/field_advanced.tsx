import { useText } from "../../../shared/i18n/text";
import { ChoiceRow } from "../../../shared/ui/choice_row";
import { Field } from "../../../shared/ui/field";
import type { FieldDraft } from "../api/field_draft";
import type { DraftPart } from "./field_dialog";

const administrators = ["administrator"];

/** Who sees the field and who sets it, and whether it is about a person. */
export function Access({ draft, change }: DraftPart) {
  const { t } = useText();
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      {(["view", "edit"] as const).map((right) => (
        <ChoiceRow
          key={right}
          label={t(`fields.who.${right}`)}
          value={draft[right].length === 0 ? "all" : "administrators"}
          options={[
            { value: "all", label: t(`fields.who.${right}_all`) },
            { value: "administrators", label: t("fields.who.administrators") },
          ]}
          onChange={(who) => change({ [right]: who === "all" ? [] : administrators })}
        />
      ))}
      <Field label={t("fields.personal_label")} help={t("fields.personal_help")}>
        {(ids) => (
          <select
            {...ids}
            className="control"
            value={draft.personal}
            onChange={(event) => change({ personal: event.target.value as FieldDraft["personal"] })}
          >
            <option value="">{t("fields.personal_no")}</option>
            <option value="personal">{t("fields.personal_yes")}</option>
            <option value="sensitive">{t("fields.personal_sensitive")}</option>
          </select>
        )}
      </Field>
    </div>
  );
}

export function AdvancedRules({ draft, change, refusal, fixed }: DraftPart) {
  const { t } = useText();
  return (
    <>
      <Field
        label={t("fields.name")}
        help={fixed ? undefined : t("fields.name_help")}
        optional={!fixed}
        error={refusal("name")}
      >
        {(ids) => (
          <input
            {...ids}
            className="control font-mono"
            disabled={fixed}
            autoComplete="off"
            spellCheck={false}
            placeholder="x_"
            value={draft.name}
            onChange={(event) => change({ name: event.target.value })}
          />
        )}
      </Field>
      {(["visible_if", "required_if", "read_only_if"] as const).map((condition) => (
        <Field
          key={condition}
          label={t(`fields.${condition}`)}
          optional
          error={refusal(`field.${condition}`)}
        >
          {(ids) => (
            <input
              {...ids}
              className="control font-mono"
              autoComplete="off"
              spellCheck={false}
              placeholder={'status == "active"'}
              value={draft[condition]}
              onChange={(event) => change({ [condition]: event.target.value })}
            />
          )}
        </Field>
      ))}
    </>
  );
}
