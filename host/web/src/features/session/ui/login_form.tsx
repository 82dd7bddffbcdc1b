import { Button } from "@opsflux/ui";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { type LogInAnswer, logIn } from "../../../shared/api/session";
import { useText } from "../../../shared/i18n/text";
import { Field } from "../../../shared/ui/field";
import { FormAlert } from "../../../shared/ui/form_alert";
import { PasswordInput } from "../../../shared/ui/password_input";
import { errorText } from "../../../shared/ui/states";
import { MailLinks } from "./mail_links";

export interface LoginFormProps {
  /** Shown until something fails: that the session has expired. */
  note?: string | undefined;
  onAnswer: (answer: LogInAnswer, email: string) => Promise<void>;
}

/** Address and password. */
export function LoginForm({ note, onAnswer }: LoginFormProps) {
  const text = useText();
  const { t } = text;
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [remember, setRemember] = useState(false);
  const login = useMutation({
    mutationFn: () => logIn(email.trim(), password, remember),
    onSuccess: (answer) => onAnswer(answer, email.trim()),
  });
  return (
    <form
      className="mt-5 grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        login.mutate();
      }}
    >
      {note && !login.error && <p className="text-body text-text-2">{note}</p>}
      {login.error && <FormAlert>{errorText(text, login.error)}</FormAlert>}
      <Field label={t("login.email")}>
        {(ids) => (
          <input
            {...ids}
            className="control"
            type="email"
            name="email"
            autoComplete="username"
            required
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        )}
      </Field>
      <Field label={t("login.password")}>
        {(ids) => (
          <PasswordInput {...ids} autoComplete="current-password" value={password} onChange={setPassword} />
        )}
      </Field>
      <label className="flex cursor-pointer items-center gap-2.5 text-body touch:min-h-11">
        <input
          type="checkbox"
          className="tick"
          checked={remember}
          onChange={(event) => setRemember(event.target.checked)}
        />
        {t("login.remember")}
      </label>
      <Button type="submit" kind="primary" busy={login.isPending} className="mt-1">
        {t("login.submit")}
      </Button>
      <MailLinks email={email} />
    </form>
  );
}
