import { Button } from "@opsflux/ui";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { ApiError } from "../../../shared/api/api_error";
import { beginSession, setUp, setupQuery } from "../../../shared/api/session";
import { useText } from "../../../shared/i18n/text";
import { Field } from "../../../shared/ui/field";
import { FormAlert } from "../../../shared/ui/form_alert";
import { useCrumbs } from "../../../shared/ui/page";
import { PasswordInput } from "../../../shared/ui/password_input";
import { Bar, Waiting } from "../../../shared/ui/skeleton";
import { errorText, Failure } from "../../../shared/ui/states";
import { StrengthMeter } from "../../../shared/ui/strength_meter";
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
  const [form, setForm] = useState({ name: "", email: "", password: "" });
  const navigate = useNavigate();
  const client = useQueryClient();
  const setup = useMutation({
    mutationFn: () => setUp({ ...form, email: form.email.trim(), token, language: text.language }),
    onSuccess: async (answer) => {
      client.setQueryData(setupQuery.queryKey, { needed: false });
      // An administrator may have to set up a second factor before anything else.
      if ("step" in answer) return navigate("/login", { replace: true, state: answer });
      await beginSession(client);
      await navigate("/", { replace: true });
    },
  });
  const refusals = setup.error instanceof ApiError ? setup.error.fields : [];
  const refusal = (field: string) => refusals.find((problem) => problem.field === field)?.detail;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setup.mutate();
  };
  const set = (name: keyof typeof form) => (value: string) => setForm({ ...form, [name]: value });
  const known = refusals.some(({ field }) => field in form);
  return (
    <form className="mt-5 grid gap-4" onSubmit={submit}>
      {setup.error && !known && <FormAlert>{errorText(text, setup.error)}</FormAlert>}
      <Field label={t("setup.name")} error={refusal("name")}>
        {(ids) => (
          <input
            {...ids}
            className="control"
            name="name"
            autoComplete="name"
            required
            value={form.name}
            onChange={(event) => set("name")(event.target.value)}
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
            autoComplete="username"
            required
            value={form.email}
            onChange={(event) => set("email")(event.target.value)}
          />
        )}
      </Field>
      <Field label={t("login.password")} help={t("password.help")} error={refusal("password")}>
        {(ids) => (
          <PasswordInput
            {...ids}
            autoComplete="new-password"
            value={form.password}
            onChange={set("password")}
          />
        )}
      </Field>
      <StrengthMeter password={form.password} name={form.name} email={form.email} />
      <Button type="submit" kind="primary" busy={setup.isPending} className="mt-1">
        {t("setup.submit")}
      </Button>
    </form>
  );
}
