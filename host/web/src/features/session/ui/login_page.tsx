import { Button } from "@opsflux/ui";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation, useNavigate, useSearchParams } from "react-router";
import {
  beginSession,
  type LogInAnswer,
  type LogInStep,
  type Session,
  savePreferences,
  setupQuery,
} from "../../../shared/api/session";
import type { Key, LanguageCode } from "../../../shared/i18n/messages";
import { useText } from "../../../shared/i18n/text";
import { BackupCodes } from "../../../shared/ui/backup_codes";
import { useCrumbs } from "../../../shared/ui/page";
import { AuthLayout } from "./auth_layout";
import { CodeStep } from "./code_step";
import { EnrolStep } from "./enrol_step";
import { LoginForm } from "./login_form";
import { PasswordStep } from "./password_step";

/** Only addresses of this application: another origin must not be reached by a link to the log-in page. */
function safePath(next: string | null): string {
  return next?.startsWith("/") && !next.startsWith("//") && !next.startsWith("/\\") ? next : "/";
}

export function LoginPage() {
  const { t } = useText();
  const setup = useQuery(setupQuery);
  useCrumbs([{ label: t("login.title") }]);
  if (setup.data?.needed)
    return (
      <AuthLayout title={t("login.not_set_up")} intro={t("login.not_set_up_help")}>
        {null}
      </AuthLayout>
    );
  return <LogIn />;
}

const titles: Record<LogInStep["step"], Key> = {
  factor: "factor.title",
  enrol: "factor.set_up",
  password: "login.new_password",
};

function introOf({ step, reason }: LogInStep): Key | undefined {
  if (step === "enrol") return "factor.required";
  if (step === "factor") return undefined;
  return reason === "expired" ? "login.password_expired" : "login.password_temporary";
}

/** Opens what was wanted. A language that was chosen on this page is the user's from now on. */
function useEnter(language: LanguageCode | undefined): (session: Session) => Promise<void> {
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const client = useQueryClient();
  return async ({ user }) => {
    if (language && language !== user.language) await savePreferences({ language }).catch(() => undefined);
    await beginSession(client);
    await navigate(safePath(search.get("next")), { replace: true });
  };
}

/** The password first, then whatever the server asks for. */
function LogIn() {
  const { t } = useText();
  const [search] = useSearchParams();
  const [language, setLanguage] = useState<LanguageCode>();
  const [email, setEmail] = useState("");
  const [step, setStep] = useState<LogInStep | undefined>(useLocation().state ?? undefined);
  const [shown, setShown] = useState<Session>();
  const enter = useEnter(language);
  const onAnswer = async (answer: LogInAnswer) => {
    if ("step" in answer) setStep(answer);
    else if (answer.backup_codes) setShown(answer);
    else await enter(answer);
  };
  if (shown?.backup_codes)
    return (
      <AuthLayout title={t("factor.codes")}>
        <div className="mt-4 grid gap-5">
          <BackupCodes codes={shown.backup_codes} />
          <Button kind="primary" onClick={() => void enter(shown)}>
            {t("factor.codes_kept")}
          </Button>
        </div>
      </AuthLayout>
    );
  const intro = step && introOf(step);
  return (
    <AuthLayout
      title={t(step ? titles[step.step] : "login.title")}
      intro={intro && t(intro)}
      onLanguage={setLanguage}
    >
      {!step && (
        <LoginForm
          note={search.get("expired") ? t("login.expired") : undefined}
          onAnswer={(answer, typed) => {
            setEmail(typed);
            return onAnswer(answer);
          }}
        />
      )}
      {step?.step === "factor" && <CodeStep methods={step.methods} onAnswer={onAnswer} />}
      {step?.step === "enrol" && <EnrolStep methods={step.methods} onAnswer={onAnswer} />}
      {step?.step === "password" && <PasswordStep email={email} onAnswer={onAnswer} />}
      {step && (
        <button
          type="button"
          onClick={() => setStep(undefined)}
          className="page-link mt-4 block text-body touch:min-h-11"
        >
          {t("login.restart")}
        </button>
      )}
    </AuthLayout>
  );
}
