import { useState } from "react";
import { useText } from "../../../shared/i18n/text";
import { shownNumber, typedNumber } from "../../../shared/ui/typed_number";
import { durationMs, typedDuration } from "../../../shared/values/duration";
import { currencyOf } from "../../../shared/values/structured";
import type { FieldEditorProps } from "./field_editor";

/** The figure, and its currency: that of the field, or the one chosen in another field. */
export function MoneyEditor({ ids, field, value, onChange, autoFocus, values }: FieldEditorProps) {
  const { language, format } = useText();
  const currency = currencyOf(field, values);
  return (
    <span className="flex items-center gap-2">
      <input
        {...ids}
        name={field.name}
        autoFocus={autoFocus}
        disabled={field.read_only}
        inputMode="decimal"
        className="control max-w-48 text-right"
        autoComplete="off"
        placeholder={field.placeholder}
        value={shownNumber(language, value)}
        onChange={(event) => onChange(typedNumber("decimal", event.target.value))}
      />
      {currency && (
        <abbr title={format.currency(currency)} className="text-sm text-text-2 no-underline">
          {currency}
        </abbr>
      )}
    </span>
  );
}

/** Takes "1h30", "90 min", "2 d" and ISO 8601; on leaving it shows what was understood. */
export function DurationEditor({ ids, field, value, onChange, autoFocus }: FieldEditorProps) {
  const { t, format } = useText();
  const [typed, setTyped] = useState<string>();
  const kept = typeof value === "string" ? value : "";
  const shown = durationMs(kept) === undefined ? kept : format.span(kept);
  return (
    <input
      {...ids}
      name={field.name}
      autoFocus={autoFocus}
      disabled={field.read_only}
      autoComplete="off"
      className="control max-w-48"
      placeholder={field.placeholder ?? t("duration.example")}
      value={typed ?? shown}
      onChange={(event) => {
        setTyped(event.target.value);
        const text = event.target.value.trim();
        // What cannot be read goes to the server as it is, which says so at the field.
        onChange(text === "" ? null : (typedDuration(text) ?? text));
      }}
      onBlur={() => setTyped(undefined)}
    />
  );
}
