import { Button } from "@opsflux/ui";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link, useLocation } from "react-router";
import { ApiError } from "../../../shared/api/api_error";
import { useText } from "../../../shared/i18n/text";
import { Field } from "../../../shared/ui/field";
import { FormAlert } from "../../../shared/ui/form_alert";
import { errorText } from "../../../shared/ui/states";
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
      <AskForm error={send.error} busy={send.isPending} onSend={(email) => send.mutate(email)} />
      <ToLogin />
    </AuthLayout>
  );
}

interface AskFormProps {
  error: Error | null;
  busy: boolean;
  onSend: (email: string) => void;
}

function AskForm({ error, busy, onSend }: AskFormProps) {
  const text = useText();
  const { t } = text;
  const typed: unknown = useLocation().state;
  const [email, setEmail] = useState(typeof typed === "string" ? typed : "");
  const refused = error instanceof ApiError ? error.fields.find(({ field }) => field === "email") : undefined;
  return (
    <form
      className="mt-5 grid gap-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSend(email.trim());
      }}
    >
      {error && !refused && <FormAlert>{errorText(text, error)}</FormAlert>}
      <Field label={t("login.email")} error={refused?.detail}>
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
      <Button type="submit" kind="primary" busy={busy}>
        {t("reset.ask")}
      </Button>
    </form>
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
