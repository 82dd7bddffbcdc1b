import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link, useLocation } from "react-router";
import { useText } from "../../../shared/i18n/text";
import { AuthForm } from "./auth_form";
import { AuthLayout } from "./auth_layout";

export interface AskLinkProps {
  title: string;
  intro: string;
  /** How long the link works. */
  minutes: number;
  ask: (email: string) => Promise<unknown>;
  /** What is added once the link is on its way. */
  then?: ReactNode;
}

/** Asks for the address that a link goes to. Says the same whether there is such an account or not. */
export function AskLink({ title, intro, minutes, ask, then }: AskLinkProps) {
  const { t } = useText();
  const typed: unknown = useLocation().state;
  const send = useMutation({ mutationFn: (email: string) => ask(email) });
  if (send.isSuccess)
    return (
      <AuthLayout title={t("reset.asked")} intro={t("reset.asked_help", { count: String(minutes) })}>
        {then && <p className="mt-2 text-body text-text-2">{then}</p>}
        <ToLogin />
      </AuthLayout>
    );
  return (
    <AuthLayout title={title} intro={intro}>
      <AuthForm
        fields={[
          {
            name: "email",
            label: t("login.email"),
            kind: "email",
            autoComplete: "username",
            value: typeof typed === "string" ? typed : "",
          },
        ]}
        error={send.error}
        busy={send.isPending}
        submit={t("reset.ask")}
        onSubmit={(form) => send.mutate(form.email.trim())}
      />
      <ToLogin />
    </AuthLayout>
  );
}

export function ToLogin() {
  const { t } = useText();
  return (
    <Link to="/login" className="page-link mt-4 inline-block text-body">
      {t("reset.to_login")}
    </Link>
  );
}
