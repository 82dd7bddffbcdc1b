import type { FactorKind, FactorWish } from "../api/factors";
import { useText } from "../i18n/text";
import { ChoiceRow } from "./choice_row";
import { Field } from "./field";

export interface FactorKindFieldsProps {
  kinds: FactorKind[];
  wish: FactorWish;
  /** What is wrong with the number. */
  error?: string;
  onChange: (wish: FactorWish) => void;
}

/** Which second factor, and for SMS to which number. */
export function FactorKindFields({ kinds, wish, error, onChange }: FactorKindFieldsProps) {
  const { t } = useText();
  return (
    <>
      {kinds.length > 1 && (
        <ChoiceRow
          label={t("factor.kind")}
          value={wish.kind}
          options={kinds.map((value) => ({ value, label: t(`factor.kind_${value}`) }))}
          onChange={(kind) => onChange({ ...wish, kind })}
        />
      )}
      <p className="text-body text-text-2 leading-read">{t(`factor.about_${wish.kind}`)}</p>
      {wish.kind === "sms" && (
        <Field label={t("factor.number")} help={t("factor.number_help")} error={error}>
          {(ids) => (
            <input
              {...ids}
              className="control"
              type="tel"
              name="number"
              autoComplete="tel"
              required
              value={wish.number ?? ""}
              onChange={(event) => onChange({ ...wish, number: event.target.value })}
            />
          )}
        </Field>
      )}
    </>
  );
}
