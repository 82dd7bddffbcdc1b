import { useMutation } from "@tanstack/react-query";
import { Link, useLocation } from "react-router";
import { askReset, confirmReset, tokenIn } from "../../../shared/api/mail_links";
import { useText } from "../../../shared/i18n/text";
import { useCrumbs } from "../../../shared/ui/page";
import { AskLink, ToLogin } from "./ask_link";
import { AuthForm } from "./auth_form";
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
      <AuthForm
        fields={[
          { name: "new_password", label: t("reset.title"), help: t("password.help"), kind: "password" },
        ]}
        error={reset.error}
        busy={reset.isPending}
        submit={t("reset.submit")}
        onSubmit={(form) => reset.mutate(form.new_password)}
        way={
          <Link to="/reset" className="page-link">
            {t("reset.new_link")}
          </Link>
        }
      />
    </AuthLayout>
  );
}
