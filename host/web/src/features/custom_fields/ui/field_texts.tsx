import { languageNames, languages } from "../../../shared/i18n/messages";
import { useText } from "../../../shared/i18n/text";
import { Field } from "../../../shared/ui/field";
import type { FieldTexts } from "../api/custom_fields";
import { hasValues, withText } from "../api/field_draft";
import type { DraftPart } from "./field_dialog";

/** Label, help and values in the other languages; where one is missing, readers see that of another. */
export function Translations(part: DraftPart) {
  const { language } = useText();
  return languages
    .filter((other) => other !== language)
    .map((other) => <OneLanguage key={other} {...part} language={other} />);
}

function OneLanguage({
  draft,
  change,
  refusal,
  language,
}: DraftPart & { language: (typeof languages)[number] }) {
  const { t } = useText();
  const own = draft.texts[language] ?? {};
  const set = (next: (texts: FieldTexts) => FieldTexts) =>
    change({ texts: withText(draft.texts, language, next) });
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-2 text-text-3 text-xs">{languageNames[language]}</legend>
      <div className="grid items-start gap-3 sm:grid-cols-2">
        <Field label={t("fields.label")} error={refusal(`texts.${language}.label`)}>
          {(ids) => (
            <input
              {...ids}
              lang={language}
              className="control"
              maxLength={100}
              value={own.label ?? ""}
              onChange={(event) => set((texts) => ({ ...texts, label: event.target.value }))}
            />
          )}
        </Field>
        <Field label={t("fields.help")} error={refusal(`texts.${language}.help`)}>
          {(ids) => (
            <input
              {...ids}
              lang={language}
              className="control"
              maxLength={500}
              value={own.help ?? ""}
              onChange={(event) => set((texts) => ({ ...texts, help: event.target.value }))}
            />
          )}
        </Field>
        {hasValues(draft.type) &&
          draft.values.map((value) => (
            <Field key={value} label={t("fields.value_label", { value })}>
              {(ids) => (
                <input
                  {...ids}
                  lang={language}
                  className="control"
                  maxLength={100}
                  value={own.values?.[value] ?? ""}
                  onChange={(event) =>
                    set((texts) => ({ ...texts, values: { ...texts.values, [value]: event.target.value } }))
                  }
                />
              )}
            </Field>
          ))}
      </div>
    </fieldset>
  );
}
