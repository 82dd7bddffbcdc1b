import { Button } from "@opsflux/ui";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation } from "react-router";
import { ApiError } from "../../../shared/api/api_error";
import { askReset, confirmReset, tokenIn } from "../../../shared/api/mail_links";
import { useText } from "../../../shared/i18n/text";
import { Field } from "../../../shared/ui/field";
import { FormAlert } from "../../../shared/ui/form_alert";
import { useCrumbs } from "../../../shared/ui/page";
import { PasswordInput } from "../../../shared/ui/password_input";
import { errorText } from "../../../shared/ui/states";
import { AskLink, ToLogin } from "./ask_link";
import { AuthLayout } from "./auth_layout";

/** Without a link: asks for one. With one: a new password. */
export function ResetPage() {
  const { t } = useText();
  const token = tokenIn(useLocation().hash);
  useCrumbs([{ label: t("reset.title") }]);
  if (token) return <NewPassword key={token} token={token} />;
  return <AskLink title={t("reset.title")} intro={t("reset.intro")} minutes={60} ask={askReset} />;
}

function NewPassword({ token }: { token: string }) {
  const { t } = useText();
  const reset = useMutation({ mutationFn: (password: string) => confirmReset(token, password) });
  if (reset.isSuccess)
    return (
      <AuthLayout title={t("reset.done")} intro={t("reset.done_help")}>
        <ToLogin />
      </AuthLayout>
    );
  return (
    <AuthLayout title={t("reset.title")} intro={t("reset.choose")}>
      <PasswordForm error={reset.error} busy={reset.isPending} onSet={(password) => reset.mutate(password)} />
    </AuthLayout>
  );
}

interface PasswordFormProps {
  error: Error | null;
  busy: boolean;
  onSet: (password: string) => void;
}

function PasswordForm({ error, busy, onSet }: PasswordFormProps) {
  const text = useText();
  const { t } = text;
  const [password, setPassword] = useState("");
  const refused =
    error instanceof ApiError ? error.fields.find(({ field }) => field === "new_password") : undefined;
  return (
    <form
      className="mt-5 grid gap-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSet(password);
      }}
    >
      {error && !refused && (
        <FormAlert>
          {errorText(text, error)}{" "}
          <Link to="/reset" className="page-link">
            {t("reset.new_link")}
          </Link>
        </FormAlert>
      )}
      <Field label={t("reset.title")} help={t("password.help")} error={refused?.detail}>
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
      <Button type="submit" kind="primary" busy={busy}>
        {t("reset.submit")}
      </Button>
    </form>
  );
}
