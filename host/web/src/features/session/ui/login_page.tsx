import { Button } from "@opsflux/ui";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { beginSession, logIn, savePreferences, setupQuery } from "../../../shared/api/session";
import type { LanguageCode } from "../../../shared/i18n/messages";
import { useText } from "../../../shared/i18n/text";
import { Field } from "../../../shared/ui/field";
import { FormAlert } from "../../../shared/ui/form_alert";
import { useCrumbs } from "../../../shared/ui/page";
import { PasswordInput } from "../../../shared/ui/password_input";
import { errorText } from "../../../shared/ui/states";
import { AuthLayout } from "./auth_layout";
import { MailLinks } from "./mail_links";

/** Only addresses of this application: another origin must not be reached by a link to the log-in page. */
function safePath(next: string | null): string {
  return next?.startsWith("/") && !next.startsWith("//") && !next.startsWith("/\\") ? next : "/";
}

export function LoginPage() {
  const { t } = useText();
  const setup = useQuery(setupQuery);
  const [language, setLanguage] = useState<LanguageCode>();
  useCrumbs([{ label: t("login.title") }]);
  if (setup.data?.needed)
    return (
      <AuthLayout title={t("login.not_set_up")} intro={t("login.not_set_up_help")}>
        {null}
      </AuthLayout>
    );
  return (
    <AuthLayout title={t("login.title")} onLanguage={setLanguage}>
      <LoginForm language={language} />
    </AuthLayout>
  );
}

/** A language that was chosen on this page is the user's from now on. */
function LoginForm({ language }: { language: LanguageCode | undefined }) {
  const text = useText();
  const { t } = text;
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [remember, setRemember] = useState(false);
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const client = useQueryClient();
  const login = useMutation({
    mutationFn: () => logIn(email.trim(), password, remember),
    onSuccess: async ({ user }) => {
      if (language && language !== user.language) await savePreferences({ language }).catch(() => undefined);
      await beginSession(client);
      await navigate(safePath(search.get("next")), { replace: true });
    },
  });
  return (
    <form
      className="mt-5 grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        login.mutate();
      }}
    >
      {search.get("expired") && !login.error && <p className="text-body text-text-2">{t("login.expired")}</p>}
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
