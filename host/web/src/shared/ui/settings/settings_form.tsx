import { Button, classNames } from "@opsflux/ui";
import { type FormEvent, useId, useRef, useState } from "react";
import { ApiError } from "../../api/api_error";
import {
  type Setting,
  type SettingDraft,
  settingChanges,
  unreadable,
  useSaveSettings,
} from "../../api/settings";
import { useText } from "../../i18n/text";
import { useFirstRefusal } from "../first_refusal";
import { FormAlert } from "../form_alert";
import { commandKey, useShortcuts } from "../shortcuts";
import { errorText } from "../states";
import { say } from "../toast";
import { SettingField } from "./setting_field";

export interface SettingsFormProps {
  module: { id: string; name: string };
  settings: Setting[];
  /** Where they are saved; without one, where those of a module are. */
  address?: string;
  /** May only look. */
  readOnly?: boolean;
}

/** Fields made from the settings' declarations, saved together. */
export function SettingsForm({ module, settings, address, readOnly }: SettingsFormProps) {
  const { t } = useText();
  const [draft, setDraft] = useState<SettingDraft>({});
  const save = useSaveSettings(module.id, address);
  const form = useRef<HTMLFormElement>(null);
  const changes = settingChanges(settings, draft);
  const broken = unreadable(settings, draft);
  useFirstRefusal(form, save.error);
  useShortcuts({ "mod+enter": () => form.current?.requestSubmit() });
  const problems = save.error instanceof ApiError ? save.error.fields : [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (Object.keys(changes).length === 0 || broken.length > 0 || save.isPending) return;
    save.mutate(changes, {
      onSuccess: () => {
        setDraft({});
        say(t("settings.saved", { name: module.name }));
      },
    });
  };
  const cancel = () => {
    setDraft({});
    save.reset();
  };
  return (
    <form ref={form} onSubmit={submit} noValidate aria-label={t("settings.title")}>
      <div className="grid max-w-147 gap-5 p-3.5">
        <SettingsProblem settings={settings} error={save.error} />
        {settings.map((setting) => (
          <SettingField
            key={setting.key}
            setting={setting}
            draft={draft}
            disabled={readOnly}
            error={
              broken.includes(setting.key)
                ? t("settings.not_json")
                : problems.find((problem) => problem.field === setting.key)?.detail
            }
            onChange={(typed) => setDraft({ ...draft, [setting.key]: typed })}
          />
        ))}
      </div>
      {!readOnly && (
        <SettingsFoot count={Object.keys(changes).length} busy={save.isPending} onCancel={cancel} />
      )}
    </form>
  );
}

/** What is said of no setting that is shown. */
function SettingsProblem({ settings, error }: { settings: Setting[]; error: Error | null }) {
  const text = useText();
  if (!error) return null;
  const fields = error instanceof ApiError ? error.fields : [];
  if (fields.some((problem) => settings.some((setting) => setting.key === problem.field))) return null;
  return <FormAlert>{errorText(text, error)}</FormAlert>;
}

interface SettingsFootProps {
  count: number;
  busy: boolean;
  onCancel: () => void;
}

function SettingsFoot({ count, busy, onCancel }: SettingsFootProps) {
  const { t, n } = useText();
  const noteId = useId();
  return (
    <footer
      className={classNames(
        "flex flex-wrap items-center gap-2 border-line border-t bg-surface px-3.5 py-2.5",
        count > 0 && "sticky bottom-0",
      )}
    >
      <Button
        type="submit"
        kind="primary"
        shortcut={`${commandKey}↵`}
        busy={busy}
        disabled={count === 0}
        aria-describedby={noteId}
      >
        {t("action.save")}
      </Button>
      <Button disabled={count === 0 || busy} onClick={onCancel}>
        {t("action.cancel")}
      </Button>
      <p id={noteId} className="ml-1 text-text-3 text-xs">
        {count === 0 ? t("settings.none_changed") : n("settings.changed", count)}
      </p>
    </footer>
  );
}
