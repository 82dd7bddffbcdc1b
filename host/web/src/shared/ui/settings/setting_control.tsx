import type { Setting } from "../../api/settings";
import { useText } from "../../i18n/text";
import type { FieldIds } from "../field";
import { PasswordInput } from "../password_input";

export interface SettingControlProps {
  ids: FieldIds;
  setting: Setting;
  text: string;
  onChange: (typed: string) => void;
  disabled?: boolean;
}

/** The control for a setting's type. */
export function SettingControl({ ids, setting, text, onChange, disabled }: SettingControlProps) {
  const { t } = useText();
  if (setting.secret && !disabled)
    return (
      <PasswordInput
        {...ids}
        name={setting.key}
        mandatory={false}
        autoComplete="new-password"
        value={text}
        onChange={onChange}
      />
    );
  if (setting.type === "boolean" || setting.type === "enum") {
    const yesNo = [
      { value: "true", label: t("value.yes") },
      { value: "false", label: t("value.no") },
    ];
    return (
      <Choice
        {...{ ids, setting, text, onChange, disabled }}
        options={setting.type === "enum" ? (setting.values ?? []) : yesNo}
      />
    );
  }
  if (setting.type === "json")
    return (
      <textarea
        {...ids}
        name={setting.key}
        rows={Math.min(10, Math.max(2, text.split("\n").length))}
        spellCheck={false}
        disabled={disabled}
        className="control h-auto! resize-y py-2 font-mono text-sm"
        value={text}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  const number = setting.type === "text" ? undefined : setting.type === "integer" ? "numeric" : "decimal";
  return (
    <input
      {...ids}
      name={setting.key}
      inputMode={number}
      className={number ? "control max-w-48" : "control"}
      autoComplete="off"
      disabled={disabled}
      value={text}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

function Choice({
  ids,
  setting,
  text,
  onChange,
  disabled,
  options,
}: SettingControlProps & { options: { value: string; label: string }[] }) {
  const { t } = useText();
  return (
    <select
      {...ids}
      name={setting.key}
      className={setting.type === "boolean" ? "control choice max-w-48" : "control choice"}
      disabled={disabled}
      value={text}
      onChange={(event) => onChange(event.target.value)}
    >
      {setting.default === null && <option value="">{t("form.none")}</option>}
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}
