import { Status } from "@opsflux/ui";
import { Lock, RotateCcw } from "lucide-react";
import { type Setting, type SettingDraft, settingText } from "../../api/settings";
import type { Text } from "../../i18n/text";
import { useText } from "../../i18n/text";
import { Field } from "../field";
import { SettingControl } from "./setting_control";

export interface SettingFieldProps {
  setting: Setting;
  draft: SettingDraft;
  error: string | undefined;
  disabled?: boolean;
  /** null: back to the default. */
  onChange: (typed: string | null) => void;
}

export function SettingField({ setting, draft, error, disabled, onChange }: SettingFieldProps) {
  const text = useText();
  const shown = settingText(setting, draft, text.format.number(0.5).charAt(1));
  return (
    <div className="grid gap-1">
      <Field label={setting.label} help={helpOf(text, setting)} error={error}>
        {(ids) => (
          <SettingControl
            ids={ids}
            setting={setting}
            text={shown}
            onChange={onChange}
            disabled={disabled || setting.source === "override"}
          />
        )}
      </Field>
      {setting.source === "override" ? (
        <Locked place={setting.place ?? ""} />
      ) : (
        <SettingState
          setting={setting}
          typed={draft[setting.key]}
          onReset={disabled ? undefined : () => onChange(null)}
        />
      )}
    </div>
  );
}

/** "file /etc/opsflux.toml, line 3" in the reader's words; the names in it stay as they are. */
function placeText({ t }: Text, place: string): string {
  const [, kind, name = ""] = /^(variable|flag|file) (.*)$/.exec(place) ?? [];
  const [, file = "", line = ""] = /^(.*), line (\d+)$/.exec(name) ?? [];
  if (kind === "variable") return t("settings.place_variable", { name });
  if (kind === "flag") return t("settings.place_flag", { name });
  return kind === "file" && file ? t("settings.place_file", { file, line }) : place;
}

function Locked({ place }: { place: string }) {
  const text = useText();
  return (
    <p className="flex min-h-5 items-start gap-1.5 text-text-2 text-xs">
      <Lock size={12} className="mt-0.5 shrink-0" aria-hidden="true" />
      <span className="min-w-0 wrap-anywhere">
        {text.t("settings.locked", { place: placeText(text, place) })}
      </span>
    </p>
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
    case "json":
      return JSON.stringify(value);
    default:
      return String(value);
  }
}

interface SettingStateProps {
  setting: Setting;
  typed: string | null | undefined;
  /** Undefined where nothing may be changed. */
  onReset: (() => void) | undefined;
}

/** Below the field: the default, and the way back to it. */
function SettingState({ setting, typed, onReset }: SettingStateProps) {
  const text = useText();
  const { t } = text;
  const standard = defaultText(text, setting);
  const resettable = onReset && setting.is_set && typed !== null;
  if (!setting.secret && !standard && !resettable) return null;
  return (
    <p className="flex min-h-5 flex-wrap items-center gap-x-3 gap-y-1 text-text-3 text-xs">
      {setting.secret ? (
        <SecretState setting={setting} clearing={typed === null} />
      ) : (
        setting.is_set && <Status tone="info">{t("settings.changed_here")}</Status>
      )}
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
