import { Button } from "@opsflux/ui";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiError } from "../../../shared/api/api_error";
import { askAccess } from "../../../shared/api/mail_links";
import { useText } from "../../../shared/i18n/text";
import { Field } from "../../../shared/ui/field";
import { FormAlert } from "../../../shared/ui/form_alert";
import { useCrumbs } from "../../../shared/ui/page";
import { errorText } from "../../../shared/ui/states";
import { ToLogin } from "./ask_link";
import { AuthLayout } from "./auth_layout";

/** Who has no account asks for one. Says the same whatever becomes of it. */
export function RequestAccessPage() {
  const { t } = useText();
  const [sent, setSent] = useState(false);
  useCrumbs([{ label: t("access.title") }]);
  return (
    <AuthLayout
      title={t(sent ? "access.sent" : "access.title")}
      intro={t(sent ? "access.sent_help" : "access.intro")}
    >
      {!sent && <RequestForm onSent={() => setSent(true)} />}
      <ToLogin />
    </AuthLayout>
  );
}

function RequestForm({ onSent }: { onSent: () => void }) {
  const text = useText();
  const { t } = text;
  const [form, setForm] = useState({ name: "", email: "", reason: "" });
  const ask = useMutation({
    mutationFn: () => askAccess({ ...form, email: form.email.trim(), language: text.language }),
    onSuccess: onSent,
  });
  const refusals = ask.error instanceof ApiError ? ask.error.fields : [];
  const refusal = (field: string) => refusals.find((problem) => problem.field === field)?.detail;
  const known = refusals.some(({ field }) => field in form);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask.mutate();
  };
  return (
    <form className="mt-5 grid gap-4" noValidate onSubmit={submit}>
      {ask.error && !known && <FormAlert>{errorText(text, ask.error)}</FormAlert>}
      <Field label={t("setup.name")} error={refusal("name")}>
        {(ids) => (
          <input
            {...ids}
            className="control"
            name="name"
            autoComplete="name"
            required
            value={form.name}
            onChange={(event) => setForm({ ...form, name: event.target.value })}
          />
        )}
      </Field>
      <Field label={t("login.email")} error={refusal("email")}>
        {(ids) => (
          <input
            {...ids}
            className="control"
            type="email"
            name="email"
            autoComplete="email"
            required
            value={form.email}
            onChange={(event) => setForm({ ...form, email: event.target.value })}
          />
        )}
      </Field>
      <Field label={t("access.reason")} help={t("access.reason_help")} error={refusal("reason")}>
        {(ids) => (
          <textarea
            {...ids}
            className="control min-h-24"
            name="reason"
            maxLength={1000}
            required
            value={form.reason}
            onChange={(event) => setForm({ ...form, reason: event.target.value })}
          />
        )}
      </Field>
      <Button type="submit" kind="primary" busy={ask.isPending}>
        {t("access.submit")}
      </Button>
    </form>
  );
}
