import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { askAccess } from "../../../shared/api/mail_links";
import { useText } from "../../../shared/i18n/text";
import { useCrumbs } from "../../../shared/ui/page";
import { ToLogin } from "./ask_link";
import { AuthForm } from "./auth_form";
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
  const ask = useMutation({
    mutationFn: (form: Record<"name" | "email" | "reason", string>) =>
      askAccess({ ...form, email: form.email.trim(), language: text.language }),
    onSuccess: onSent,
  });
  return (
    <AuthForm
      fields={[
        { name: "name", label: t("setup.name"), autoComplete: "name" },
        { name: "email", label: t("login.email"), kind: "email", autoComplete: "email" },
        {
          name: "reason",
          label: t("access.reason"),
          help: t("access.reason_help"),
          kind: "area",
          maxLength: 1000,
        },
      ]}
      error={ask.error}
      busy={ask.isPending}
      submit={t("access.submit")}
      onSubmit={ask.mutate}
    />
  );
}
