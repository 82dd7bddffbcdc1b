import { Button } from "@opsflux/ui";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { ApiError } from "../../../shared/api/api_error";
import { acceptInvitation, readInvitation, tokenIn } from "../../../shared/api/mail_links";
import { beginSession } from "../../../shared/api/session";
import { useText } from "../../../shared/i18n/text";
import { Field } from "../../../shared/ui/field";
import { FormAlert } from "../../../shared/ui/form_alert";
import { useCrumbs } from "../../../shared/ui/page";
import { PasswordInput } from "../../../shared/ui/password_input";
import { Bar, Waiting } from "../../../shared/ui/skeleton";
import { errorText } from "../../../shared/ui/states";
import { ToLogin } from "./ask_link";
import { AuthLayout } from "./auth_layout";

/** Where the link of an invitation leads: a name, a password, and the account is there. */
export function InvitePage() {
  const text = useText();
  const { t } = text;
  const token = tokenIn(useLocation().hash);
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
  const { inviter, email } = invitation.data;
  return (
    <AuthLayout title={t("invite.title")} intro={t("invite.intro", { inviter, email })}>
      <AcceptForm token={token} email={email} />
    </AuthLayout>
  );
}

function AcceptForm({ token, email }: { token: string; email: string }) {
  const text = useText();
  const { t, language } = text;
  const [form, setForm] = useState({ name: "", password: "" });
  const navigate = useNavigate();
  const client = useQueryClient();
  const accept = useMutation({
    mutationFn: () => acceptInvitation({ ...form, token, language }),
    onSuccess: async (answer) => {
      // What else is asked for is asked for where one signs in.
      if ("step" in answer) return navigate("/login", { replace: true, state: answer });
      await beginSession(client);
      await navigate("/", { replace: true });
    },
  });
  const refusals = accept.error instanceof ApiError ? accept.error.fields : [];
  const refusal = (field: string) => refusals.find((problem) => problem.field === field)?.detail;
  const known = refusals.some(({ field }) => field in form);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    accept.mutate();
  };
  return (
    <form className="mt-5 grid gap-4" noValidate onSubmit={submit}>
      {accept.error && !known && <FormAlert>{errorText(text, accept.error)}</FormAlert>}
      {/* For the browser's store of passwords. */}
      <input type="hidden" name="email" autoComplete="username" value={email} />
      <Field label={t("setup.name")} error={refusal("name")}>
        {(ids) => (
          <input
            {...ids}
            className="control"
            name="name"
            autoComplete="name"
            value={form.name}
            onChange={(event) => setForm({ ...form, name: event.target.value })}
          />
        )}
      </Field>
      <Field label={t("login.password")} help={t("password.help")} error={refusal("password")}>
        {(ids) => (
          <PasswordInput
            {...ids}
            autoComplete="new-password"
            value={form.password}
            onChange={(password) => setForm({ ...form, password })}
          />
        )}
      </Field>
      <Button type="submit" kind="primary" busy={accept.isPending}>
        {t("invite.submit")}
      </Button>
    </form>
  );
}
