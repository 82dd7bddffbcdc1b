import { Button } from "@opsflux/ui";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { acceptInvitation, confirmInvitation, readInvitation, tokenIn } from "../../../shared/api/mail_links";
import { beginSession, type LogInAnswer } from "../../../shared/api/session";
import { useText } from "../../../shared/i18n/text";
import { FormAlert } from "../../../shared/ui/form_alert";
import { useCrumbs } from "../../../shared/ui/page";
import { Bar, Waiting } from "../../../shared/ui/skeleton";
import { errorText } from "../../../shared/ui/states";
import { ToLogin } from "./ask_link";
import { type AuthField, AuthForm } from "./auth_form";
import { AuthLayout } from "./auth_layout";

/** Where the link of an invitation leads, and that of the mail that proves the address of an open one. */
export function InvitePage() {
  const { hash } = useLocation();
  const confirm = tokenIn(hash, "confirm");
  return confirm ? <Confirm token={confirm} /> : <Accept token={tokenIn(hash)} />;
}

/** What comes after the account is made: what else is asked for is asked for where one signs in. */
function useEnter() {
  const navigate = useNavigate();
  const client = useQueryClient();
  return async (answer: LogInAnswer) => {
    if ("step" in answer) return navigate("/login", { replace: true, state: answer });
    await beginSession(client);
    await navigate("/", { replace: true });
  };
}

/** Nothing happens before the click: programs that look into mails follow links too. */
function Confirm({ token }: { token: string }) {
  const text = useText();
  const { t } = text;
  const confirm = useMutation({ mutationFn: () => confirmInvitation(token), onSuccess: useEnter() });
  useCrumbs([{ label: t("invite.title") }]);
  return (
    <AuthLayout title={t("invite.confirm")} intro={t("invite.confirm_help")}>
      <div className="mt-5 grid gap-4">
        {confirm.error && <FormAlert>{errorText(text, confirm.error)}</FormAlert>}
        <Button kind="primary" busy={confirm.isPending} onClick={() => confirm.mutate()}>
          {t("invite.submit")}
        </Button>
      </div>
    </AuthLayout>
  );
}

/** A name, a password, and the account is there; of an open invitation the address is proved first. */
function Accept({ token }: { token: string }) {
  const text = useText();
  const { t } = text;
  const [mailed, setMailed] = useState<string>();
  const invitation = useQuery({
    queryKey: ["invitation", token],
    queryFn: () => readInvitation(token),
    enabled: token !== "",
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  useCrumbs([{ label: t("invite.title") }]);
  if (!token || invitation.error)
    return (
      <AuthLayout
        title={t("invite.over")}
        intro={invitation.error ? errorText(text, invitation.error) : t("invite.over_help")}
      >
        {invitation.error && <p className="mt-2 text-body text-text-2">{t("invite.over_help")}</p>}
        <ToLogin />
      </AuthLayout>
    );
  if (invitation.isPending)
    return (
      <AuthLayout title={t("invite.title")}>
        <Waiting what={t("invite.title")}>
          <Bar className="mt-5 w-full" />
        </Waiting>
      </AuthLayout>
    );
  if (mailed)
    return (
      <AuthLayout title={t("invite.mailed")} intro={t("invite.mailed_help", { place: mailed })}>
        {null}
      </AuthLayout>
    );
  const { inviter, email, company } = invitation.data;
  return (
    <AuthLayout
      title={t("invite.title")}
      intro={email ? t("invite.intro", { inviter, email }) : t("invite.intro_open", { inviter })}
    >
      {company && <p className="mt-2 text-body">{t("invite.company", { company })}</p>}
      <AcceptForm token={token} email={email} onMailed={setMailed} />
    </AuthLayout>
  );
}

interface AcceptFormProps {
  token: string;
  /** Empty: it is asked for. */
  email: string;
  onMailed: (place: string) => void;
}

function AcceptForm({ token, email, onMailed }: AcceptFormProps) {
  const text = useText();
  const { t, language } = text;
  const enter = useEnter();
  const accept = useMutation({
    mutationFn: ({ email: typed, ...rest }: Record<"name" | "email" | "password", string>) =>
      acceptInvitation({ ...rest, token, language, ...(email ? {} : { email: typed.trim() }) }),
    onSuccess: async (answer) => ("sent_to" in answer ? onMailed(answer.sent_to) : await enter(answer)),
  });
  const asked: AuthField<"name" | "email" | "password">[] = [
    { name: "name", label: t("setup.name"), autoComplete: "name" },
    { name: "email", label: t("login.email"), kind: "email", autoComplete: "username" },
    { name: "password", label: t("login.password"), help: t("password.help"), kind: "password" },
  ];
  return (
    <AuthForm
      fields={asked.filter(({ name }) => name !== "email" || !email)}
      error={accept.error}
      busy={accept.isPending}
      submit={t("invite.submit")}
      onSubmit={accept.mutate}
      // For the browser's store of passwords.
      before={email && <input type="hidden" name="email" autoComplete="username" value={email} />}
    />
  );
}
