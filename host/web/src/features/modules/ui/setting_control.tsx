import { useText } from "../../../shared/i18n/text";
import type { FieldIds } from "../../../shared/ui/field";
import { PasswordInput } from "../../../shared/ui/password_input";
import type { Setting } from "../api/settings";

export interface SettingControlProps {
  ids: FieldIds;
  setting: Setting;
  text: string;
  onChange: (typed: string) => void;
}

/** The control for a setting's type. */
export function SettingControl({ ids, setting, text, onChange }: SettingControlProps) {
  const { t } = useText();
  if (setting.secret)
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
        {...{ ids, setting, text, onChange }}
        options={setting.type === "enum" ? (setting.values ?? []) : yesNo}
      />
    );
  }
  const number = setting.type === "text" ? undefined : setting.type === "integer" ? "numeric" : "decimal";
  return (
    <input
      {...ids}
      name={setting.key}
      inputMode={number}
      className={number ? "control max-w-48" : "control"}
      autoComplete="off"
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
  options,
}: SettingControlProps & { options: { value: string; label: string }[] }) {
  const { t } = useText();
  return (
    <select
      {...ids}
      name={setting.key}
      className={setting.type === "boolean" ? "control choice max-w-48" : "control choice"}
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
