import { Status } from "@opsflux/ui";
import { RotateCcw } from "lucide-react";
import type { Text } from "../../../shared/i18n/text";
import { useText } from "../../../shared/i18n/text";
import { Field } from "../../../shared/ui/field";
import { type Setting, type SettingDraft, settingText } from "../api/settings";
import { SettingControl } from "./setting_control";

export interface SettingFieldProps {
  setting: Setting;
  draft: SettingDraft;
  error: string | undefined;
  /** null: back to the default. */
  onChange: (typed: string | null) => void;
}

export function SettingField({ setting, draft, error, onChange }: SettingFieldProps) {
  const text = useText();
  const shown = settingText(setting, draft, text.format.number(0.5).charAt(1));
  return (
    <div className="grid gap-1">
      <Field label={setting.label} help={helpOf(text, setting)} error={error}>
        {(ids) => <SettingControl ids={ids} setting={setting} text={shown} onChange={onChange} />}
      </Field>
      <SettingState setting={setting} typed={draft[setting.key]} onReset={() => onChange(null)} />
    </div>
  );
}

function helpOf(text: Text, setting: Setting): string | undefined {
  const sentences = [
    setting.help,
    boundsOf(text, setting),
    setting.secret && setting.is_set ? text.t("settings.secret_help") : "",
  ];
  return sentences.filter(Boolean).join(" ") || undefined;
}

function boundsOf(text: Text, { type, min, max }: Setting): string {
  const { t, format } = text;
  const figures = {
    min: min === undefined ? "" : format.number(min),
    max: max === undefined ? "" : format.number(max),
  };
  const length = type === "text";
  if (min !== undefined && max !== undefined)
    return t(length ? "settings.length" : "settings.range", figures);
  if (max !== undefined) return t(length ? "settings.length_max" : "settings.max", figures);
  if (min !== undefined) return t(length ? "settings.length_min" : "settings.min", figures);
  return "";
}

function defaultText(text: Text, setting: Setting): string | undefined {
  const value = setting.default;
  if (value === null || value === "" || setting.secret) return undefined;
  switch (setting.type) {
    case "boolean":
      return text.t(value ? "value.yes" : "value.no");
    case "integer":
    case "decimal":
      return text.format.number(value as number | string);
    case "enum":
      return setting.values?.find((choice) => choice.value === value)?.label ?? String(value);
    default:
      return String(value);
  }
}

interface SettingStateProps {
  setting: Setting;
  typed: string | null | undefined;
  onReset: () => void;
}

/** Below the field: the default, and the way back to it. */
function SettingState({ setting, typed, onReset }: SettingStateProps) {
  const text = useText();
  const { t } = text;
  const standard = defaultText(text, setting);
  const resettable = setting.is_set && typed !== null;
  if (!setting.secret && !standard && !resettable) return null;
  return (
    <p className="flex min-h-5 flex-wrap items-center gap-x-3 gap-y-1 text-text-3 text-xs">
      {setting.secret && <SecretState setting={setting} clearing={typed === null} />}
      {standard && <span className="min-w-0 break-words">{t("settings.default", { value: standard })}</span>}
      {resettable && (
        <button
          type="button"
          onClick={onReset}
          className="page-link flex items-center gap-1 text-xs touch:min-h-11"
        >
          <RotateCcw size={12} aria-hidden="true" />
          {t(standard ? "settings.reset" : "settings.clear")}
          <span className="sr-only">, {setting.label}</span>
        </button>
      )}
    </p>
  );
}

function SecretState({ setting, clearing }: { setting: Setting; clearing: boolean }) {
  const { t } = useText();
  if (clearing && setting.is_set) return <Status tone="warn">{t("settings.will_clear")}</Status>;
  return (
    <Status tone={setting.is_set ? "ok" : "off"}>
      {t(setting.is_set ? "settings.set" : "settings.unset")}
    </Status>
  );
}
