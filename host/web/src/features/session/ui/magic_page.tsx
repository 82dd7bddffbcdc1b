import { Button } from "@opsflux/ui";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useLocation, useNavigate } from "react-router";
import { askMagic, confirmMagic, tokenIn } from "../../../shared/api/mail_links";
import { beginSession } from "../../../shared/api/session";
import { useText } from "../../../shared/i18n/text";
import { FormAlert } from "../../../shared/ui/form_alert";
import { useCrumbs } from "../../../shared/ui/page";
import { errorText } from "../../../shared/ui/states";
import { AskLink, ToLogin } from "./ask_link";
import { AuthLayout } from "./auth_layout";

/** Without a link: asks for one. With one: signs in at a click, which programs that look into mail do not make. */
export function MagicPage() {
  const { t } = useText();
  const token = tokenIn(useLocation().hash);
  useCrumbs([{ label: t("magic.title") }]);
  if (token) return <Arrived key={token} token={token} />;
  return (
    <AskLink
      title={t("magic.title")}
      intro={t("magic.intro")}
      minutes={15}
      ask={askMagic}
      then={t("reset.asked_here")}
    />
  );
}

function Arrived({ token }: { token: string }) {
  const text = useText();
  const { t } = text;
  const navigate = useNavigate();
  const client = useQueryClient();
  const enter = useMutation({
    mutationFn: () => confirmMagic(token),
    onSuccess: async (answer) => {
      // What else is asked for is asked for where one signs in.
      if ("step" in answer) return navigate("/login", { replace: true, state: answer });
      await beginSession(client);
      await navigate("/", { replace: true });
    },
  });
  return (
    <AuthLayout title={t("magic.title")} intro={t("magic.ready")}>
      <div className="mt-5 grid gap-4">
        {enter.error && (
          <FormAlert>
            {errorText(text, enter.error)}{" "}
            <Link to="/magic" className="page-link">
              {t("reset.new_link")}
            </Link>
          </FormAlert>
        )}
        <Button kind="primary" busy={enter.isPending} onClick={() => enter.mutate()}>
          {t("login.submit")}
        </Button>
      </div>
      <ToLogin />
    </AuthLayout>
  );
}
