import { type FormEvent, type ReactNode, useState } from "react";
import { ApiError } from "../../../shared/api/api_error";
import { useApp } from "../../../shared/api/app";
import { useText } from "../../../shared/i18n/text";
import { Field } from "../../../shared/ui/field";
import { FormAlert } from "../../../shared/ui/form_alert";
import { PasswordInput } from "../../../shared/ui/password_input";
import { errorText } from "../../../shared/ui/states";

export interface OwnPasswordFormProps {
  id: string;
  error: Error | null;
  /** The error stands at one of the children. */
  placed?: boolean;
  onSubmit: (password: string) => void;
  children?: ReactNode;
}

/** The own password once more: an open session alone must not change what protects the account. */
export function OwnPasswordForm({ id, error, placed, onSubmit, children }: OwnPasswordFormProps) {
  const text = useText();
  const { user } = useApp();
  const [password, setPassword] = useState("");
  const refusal =
    error instanceof ApiError ? error.fields.find(({ field }) => field === "password")?.detail : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit(password);
  };
  return (
    <form id={id} onSubmit={submit} className="grid gap-4 pb-2">
      {error && !refusal && !placed && <FormAlert>{errorText(text, error)}</FormAlert>}
      {children}
      <input type="text" name="username" autoComplete="username" value={user.email} readOnly hidden />
      <Field label={text.t("account.current_password")} error={refusal}>
        {(ids) => (
          <PasswordInput {...ids} autoComplete="current-password" value={password} onChange={setPassword} />
        )}
      </Field>
    </form>
  );
}
