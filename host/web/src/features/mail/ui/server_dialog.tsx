import { Button } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { ApiError } from "../../../shared/api/api_error";
import { useText } from "../../../shared/i18n/text";
import { Field, type FieldIds } from "../../../shared/ui/field";
import { useFirstRefusal } from "../../../shared/ui/first_refusal";
import { FormAlert } from "../../../shared/ui/form_alert";
import { Dialog } from "../../../shared/ui/overlay";
import { PasswordInput } from "../../../shared/ui/password_input";
import { errorText } from "../../../shared/ui/states";
import { say } from "../../../shared/ui/toast";
import { typedNumber } from "../../../shared/ui/typed_number";
import { type MailSetting, mailSettingsQuery, useSaveMailSettings } from "../api/mail";

const securities = ["starttls", "tls", "none"];

export interface ServerDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function ServerDialog({ open, onOpenChange }: ServerDialogProps) {
  const { t } = useText();
  const settings = useQuery({ ...mailSettingsQuery, enabled: open }).data;
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("mail.server")}
      description={t("mail.server_help")}
    >
      {settings && <ServerForm settings={settings} onDone={() => onOpenChange(false)} />}
    </Dialog>
  );
}

/** What was typed, as the server wants it. An emptied text goes back to its default, an emptied password stays. */
function changesOf(settings: MailSetting[], draft: Record<string, string>) {
  const changes: Record<string, string | number | null> = {};
  for (const setting of settings) {
    const typed = draft[setting.key];
    if (typed === undefined || (setting.secret && typed === "")) continue;
    if (setting.key === "port") changes[setting.key] = typedNumber("integer", typed);
    else changes[setting.key] = typed.trim() === "" ? null : setting.secret ? typed : typed.trim();
  }
  return changes;
}

function ServerForm({ settings, onDone }: { settings: MailSetting[]; onDone: () => void }) {
  const text = useText();
  const { t, find } = text;
  const [draft, setDraft] = useState<Record<string, string>>({});
  const save = useSaveMailSettings();
  const form = useRef<HTMLFormElement>(null);
  useFirstRefusal(form, save.error);
  const problems = save.error instanceof ApiError ? save.error.fields : [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(changesOf(settings, draft), {
      onSuccess: () => {
        say(t("mail.server_saved"));
        onDone();
      },
    });
  };
  return (
    <form ref={form} onSubmit={submit} noValidate className="grid gap-4 pb-2">
      {save.error && problems.length === 0 && <FormAlert>{errorText(text, save.error)}</FormAlert>}
      {settings.map((setting) => (
        <Field
          key={setting.key}
          label={find(`mail.setting.${setting.key}.label`) ?? setting.key}
          help={
            setting.secret && setting.set ? t("mail.password_kept") : find(`mail.setting.${setting.key}.help`)
          }
          error={problems.find((problem) => problem.field === setting.key)?.detail}
        >
          {(ids) => (
            <Control
              ids={ids}
              setting={setting}
              value={draft[setting.key] ?? String(setting.value ?? "")}
              onChange={(typed) => setDraft({ ...draft, [setting.key]: typed })}
            />
          )}
        </Field>
      ))}
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>{t("action.cancel")}</Button>
        <Button type="submit" kind="primary" busy={save.isPending} disabled={Object.keys(draft).length === 0}>
          {t("action.save")}
        </Button>
      </div>
    </form>
  );
}

interface ControlProps {
  ids: FieldIds;
  setting: MailSetting;
  value: string;
  onChange: (typed: string) => void;
}

function Control({ ids, setting, value, onChange }: ControlProps) {
  const { find } = useText();
  if (setting.secret)
    return (
      <PasswordInput
        {...ids}
        name="mail_password"
        autoComplete="new-password"
        mandatory={false}
        value={value}
        onChange={onChange}
      />
    );
  if (setting.key === "security")
    return (
      <select {...ids} className="control" value={value} onChange={(event) => onChange(event.target.value)}>
        {securities.map((one) => (
          <option key={one} value={one}>
            {find(`mail.setting.security.value.${one}`) ?? one}
          </option>
        ))}
      </select>
    );
  return (
    <input
      {...ids}
      className={setting.key === "port" ? "control max-w-40" : "control"}
      inputMode={setting.key === "port" ? "numeric" : undefined}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
