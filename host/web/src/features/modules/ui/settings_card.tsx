import { Button, Card, classNames } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { SlidersHorizontal } from "lucide-react";
import { type FormEvent, useId, useRef, useState } from "react";
import { ApiError } from "../../../shared/api/api_error";
import type { InstalledModule } from "../../../shared/api/modules";
import { useText } from "../../../shared/i18n/text";
import { useFirstRefusal } from "../../../shared/ui/first_refusal";
import { FormAlert } from "../../../shared/ui/form_alert";
import { commandKey, useShortcuts } from "../../../shared/ui/shortcuts";
import { Bar, Waiting } from "../../../shared/ui/skeleton";
import { errorText, Failure } from "../../../shared/ui/states";
import { say } from "../../../shared/ui/toast";
import {
  type Setting,
  type SettingDraft,
  settingChanges,
  settingsQuery,
  useSaveSettings,
} from "../api/settings";
import { SettingField } from "./setting_field";

/** What an administrator may set for a module; nothing for a module without settings. */
export function SettingsCard({ module }: { module: InstalledModule }) {
  const { t, n } = useText();
  const query = useQuery(settingsQuery(module.id));
  const settings = query.data;
  if (settings?.length === 0) return null;
  return (
    <Card
      flush
      // Clipped without becoming what scrolls, so that the foot may stick to the page's edge.
      className="overflow-clip!"
      icon={<SlidersHorizontal size={16} aria-hidden="true" />}
      title={t("settings.title")}
      aside={settings && n("plan.settings_count", settings.length)}
    >
      {settings ? (
        <SettingsForm module={module} settings={settings} />
      ) : query.error ? (
        <Failure error={query.error} className="p-3.5!" onRetry={() => void query.refetch()} />
      ) : (
        <div className="grid gap-3 p-3.5">
          <Waiting what={t("settings.title")}>
            <Bar className="w-40" />
            <Bar className="w-56" />
          </Waiting>
        </div>
      )}
    </Card>
  );
}

interface SettingsFormProps {
  module: InstalledModule;
  settings: Setting[];
}

function SettingsForm({ module, settings }: SettingsFormProps) {
  const { t } = useText();
  const [draft, setDraft] = useState<SettingDraft>({});
  const save = useSaveSettings(module.id);
  const form = useRef<HTMLFormElement>(null);
  const changes = settingChanges(settings, draft);
  useFirstRefusal(form, save.error);
  useShortcuts({ "mod+enter": () => form.current?.requestSubmit() });
  const problems = save.error instanceof ApiError ? save.error.fields : [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (Object.keys(changes).length === 0 || save.isPending) return;
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
            error={problems.find((problem) => problem.field === setting.key)?.detail}
            onChange={(typed) => setDraft({ ...draft, [setting.key]: typed })}
          />
        ))}
      </div>
      <SettingsFoot count={Object.keys(changes).length} busy={save.isPending} onCancel={cancel} />
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
