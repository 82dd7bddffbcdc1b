import { Button, type RecordWidgetProps } from "@opsflux/ui";
import { useMutation } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { type FormEvent, useState } from "react";
import { ApiError } from "../../../shared/api/api_error";
import { isAdministrator, useApp } from "../../../shared/api/app";
import { useText } from "../../../shared/i18n/text";
import { Field } from "../../../shared/ui/field";
import { FormAlert } from "../../../shared/ui/form_alert";
import { Dialog } from "../../../shared/ui/overlay";
import { PasswordInput } from "../../../shared/ui/password_input";
import { errorText } from "../../../shared/ui/states";
import { StrengthMeter } from "../../../shared/ui/strength_meter";
import { say } from "../../../shared/ui/toast";
import { setPassword } from "../api/password";

/** A button on the page of a user, and its dialog. */
export function SetPasswordAction({ record }: RecordWidgetProps) {
  const { t } = useText();
  const { user } = useApp();
  const [open, setOpen] = useState(false);
  if (!isAdministrator(user) && user.id !== record.id) return null;
  return (
    <>
      <Button icon={<KeyRound size={16} aria-hidden="true" />} onClick={() => setOpen(true)}>
        {t("user.set_password")}
      </Button>
      {open && (
        <PasswordDialog
          id={record.id}
          name={String(record.name)}
          email={String(record.email)}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

interface PasswordDialogProps {
  id: string;
  name: string;
  email: string;
  onClose: () => void;
}

function PasswordDialog({ id, name, email, onClose }: PasswordDialogProps) {
  const text = useText();
  const { t } = text;
  const { user } = useApp();
  const own = user.id === id;
  const [password, setText] = useState("");
  const [temporary, setTemporary] = useState(false);
  const save = useMutation({
    mutationFn: () => setPassword(id, password, temporary),
    onSuccess: () => {
      say(t("user.password_set", { name }));
      onClose();
    },
  });
  const refusal = save.error instanceof ApiError ? save.error.fields[0]?.detail : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("user.password_of", { name })}
      foot={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" form="set-password" busy={save.isPending}>
            {t("user.set_password")}
          </Button>
        </>
      }
    >
      <form id="set-password" onSubmit={submit} className="grid gap-3 pb-2">
        {save.error && !refusal && <FormAlert>{errorText(text, save.error)}</FormAlert>}
        <Field label={t("user.new_password")} help={t("password.help")} error={refusal}>
          {(ids) => (
            <PasswordInput {...ids} autoComplete="new-password" value={password} onChange={setText} />
          )}
        </Field>
        <StrengthMeter password={password} name={name} email={email} />
        {!own && (
          <label className="flex cursor-pointer items-center gap-2.5 text-body touch:min-h-11">
            <input
              type="checkbox"
              className="tick"
              checked={temporary}
              onChange={(event) => setTemporary(event.target.checked)}
            />
            {t("user.password_temporary")}
          </label>
        )}
      </form>
    </Dialog>
  );
}
