import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearchParams } from "react-router";
import { beginSession, setUp, setupQuery } from "../../../shared/api/session";
import { useText } from "../../../shared/i18n/text";
import { useCrumbs } from "../../../shared/ui/page";
import { Bar, Waiting } from "../../../shared/ui/skeleton";
import { Failure } from "../../../shared/ui/states";
import { StrengthMeter } from "../../../shared/ui/strength_meter";
import { AuthForm } from "./auth_form";
import { AuthLayout } from "./auth_layout";

export function SetupPage() {
  const { t } = useText();
  const [search] = useSearchParams();
  const setup = useQuery(setupQuery);
  const token = search.get("token");
  useCrumbs([{ label: t("setup.title") }]);
  if (setup.isPending)
    return (
      <AuthLayout title={t("setup.title")}>
        <Waiting what={t("setup.title")}>
          <Bar className="mt-5 w-full" />
        </Waiting>
      </AuthLayout>
    );
  if (setup.error)
    return (
      <AuthLayout title={t("setup.title")}>
        <Failure error={setup.error} onRetry={() => void setup.refetch()} className="px-0 py-4" />
      </AuthLayout>
    );
  if (!setup.data.needed) return <SetupDone />;
  if (!token)
    return (
      <AuthLayout title={t("setup.no_token")} intro={t("setup.no_token_help")}>
        {null}
      </AuthLayout>
    );
  return (
    <AuthLayout title={t("setup.title")} intro={t("setup.intro")}>
      <SetupForm token={token} />
    </AuthLayout>
  );
}

function SetupDone() {
  const { t } = useText();
  return (
    <AuthLayout title={t("setup.done")} intro={t("setup.done_help")}>
      <Link to="/login" className="page-link mt-4 inline-block text-body">
        {t("login.submit")}
      </Link>
    </AuthLayout>
  );
}

function SetupForm({ token }: { token: string }) {
  const text = useText();
  const { t } = text;
  const navigate = useNavigate();
  const client = useQueryClient();
  const setup = useMutation({
    mutationFn: (form: Record<"name" | "email" | "password", string>) =>
      setUp({ ...form, email: form.email.trim(), token, language: text.language }),
    onSuccess: async (answer) => {
      client.setQueryData(setupQuery.queryKey, { needed: false });
      // An administrator may have to set up a second factor before anything else.
      if ("step" in answer) return navigate("/login", { replace: true, state: answer });
      await beginSession(client);
      await navigate("/", { replace: true });
    },
  });
  return (
    <AuthForm
      fields={[
        { name: "name", label: t("setup.name"), autoComplete: "name" },
        { name: "email", label: t("login.email"), kind: "email", autoComplete: "username" },
        { name: "password", label: t("login.password"), help: t("password.help"), kind: "password" },
      ]}
      error={setup.error}
      busy={setup.isPending}
      submit={t("setup.submit")}
      onSubmit={setup.mutate}
      after={(form) => <StrengthMeter {...form} />}
    />
  );
}
