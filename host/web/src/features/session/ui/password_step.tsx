import { Button } from "@opsflux/ui";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError } from "../../../shared/api/api_error";
import { type LogInAnswer, replacePasswordAtLogIn } from "../../../shared/api/session";
import { useText } from "../../../shared/i18n/text";
import { Field } from "../../../shared/ui/field";
import { FormAlert } from "../../../shared/ui/form_alert";
import { PasswordInput } from "../../../shared/ui/password_input";
import { errorText } from "../../../shared/ui/states";
import { StrengthMeter } from "../../../shared/ui/strength_meter";

export interface PasswordStepProps {
  email: string;
  onAnswer: (answer: LogInAnswer) => Promise<void>;
}

/** The password was right for the last time. */
export function PasswordStep({ email, onAnswer }: PasswordStepProps) {
  const text = useText();
  const { t } = text;
  const [password, setPassword] = useState("");
  const replace = useMutation({ mutationFn: () => replacePasswordAtLogIn(password), onSuccess: onAnswer });
  const refusal =
    replace.error instanceof ApiError
      ? replace.error.fields.find(({ field }) => field === "new_password")?.detail
      : undefined;
  return (
    <form
      className="mt-5 grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        replace.mutate();
      }}
    >
      {replace.error && !refusal && <FormAlert>{errorText(text, replace.error)}</FormAlert>}
      {/* By this a password manager knows which account the new password is for. */}
      <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      <Field label={t("user.new_password")} help={t("password.help")} error={refusal}>
        {(ids) => (
          <PasswordInput
            {...ids}
            name="new_password"
            autoComplete="new-password"
            value={password}
            onChange={setPassword}
          />
        )}
      </Field>
      <StrengthMeter password={password} email={email} />
      <Button type="submit" kind="primary" busy={replace.isPending} className="mt-1">
        {t("login.submit")}
      </Button>
    </form>
  );
}
