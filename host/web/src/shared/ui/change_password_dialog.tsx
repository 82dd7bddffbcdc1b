import { Button } from "@opsflux/ui";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useId, useRef, useState } from "react";
import { ApiError } from "../api/api_error";
import { useApp } from "../api/app";
import { changePassword, type PasswordChange } from "../api/session";
import { useText } from "../i18n/text";
import { Field } from "./field";
import { useFirstRefusal } from "./first_refusal";
import { FormAlert } from "./form_alert";
import { Dialog } from "./overlay";
import { PasswordInput } from "./password_input";
import { errorText } from "./states";
import { StrengthMeter } from "./strength_meter";
import { say } from "./toast";

const none: PasswordChange = { current_password: "", new_password: "" };

export function ChangePasswordDialog({ onClose }: { onClose: () => void }) {
  const { t } = useText();
  const [form, setForm] = useState(none);
  const formId = useId();
  const save = useMutation({
    mutationFn: () => changePassword(form),
    onSuccess: () => {
      say(t("account.password_changed"));
      onClose();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("account.change_password")}
      description={t("account.password_note")}
      foot={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" form={formId} busy={save.isPending}>
            {t("account.change_password")}
          </Button>
        </>
      }
    >
      <PasswordForm
        id={formId}
        form={form}
        onChange={setForm}
        error={save.error}
        onSubmit={() => save.mutate()}
      />
    </Dialog>
  );
}

interface PasswordFormProps {
  id: string;
  form: PasswordChange;
  onChange: (form: PasswordChange) => void;
  error: Error | null;
  onSubmit: () => void;
}

function PasswordForm({ id, form, onChange, error, onSubmit }: PasswordFormProps) {
  const text = useText();
  const { user } = useApp();
  const refusals = error instanceof ApiError ? error.fields : [];
  const refusal = (field: keyof PasswordChange) =>
    refusals.find((problem) => problem.field === field)?.detail;
  const known = refusals.some(({ field }) => field in form);
  const element = useRef<HTMLFormElement>(null);
  useFirstRefusal(element, error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form ref={element} id={id} onSubmit={submit} className="grid gap-4 pb-2">
      {error && !known && <FormAlert>{errorText(text, error)}</FormAlert>}
      {/* By this a password manager knows which account the new password is for. */}
      <input type="text" name="username" autoComplete="username" value={user.email} readOnly hidden />
      <Field label={text.t("account.current_password")} error={refusal("current_password")}>
        {(ids) => (
          <PasswordInput
            {...ids}
            name="current_password"
            autoFocus
            autoComplete="current-password"
            value={form.current_password}
            onChange={(value) => onChange({ ...form, current_password: value })}
          />
        )}
      </Field>
      <Field
        label={text.t("user.new_password")}
        help={text.t("password.help")}
        error={refusal("new_password")}
      >
        {(ids) => (
          <PasswordInput
            {...ids}
            name="new_password"
            autoComplete="new-password"
            value={form.new_password}
            onChange={(value) => onChange({ ...form, new_password: value })}
          />
        )}
      </Field>
      <StrengthMeter password={form.new_password} />
    </form>
  );
}
