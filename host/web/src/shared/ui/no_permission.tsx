import { buttonClasses } from "@opsflux/ui";
import { LockKeyhole } from "lucide-react";
import { Link } from "react-router";
import { useText } from "../i18n/text";
import { useCrumbs } from "./page";
import { Notice } from "./states";

/** Which right is missing, and who gives it. */
export function NoPermission({ right }: { right: string }) {
  const { t } = useText();
  useCrumbs([{ label: t("no_permission.title") }]);
  return (
    <Notice
      centred
      icon={<LockKeyhole size={20} aria-hidden="true" />}
      title={t("no_permission.title")}
      action={
        <Link to="/" className={buttonClasses()}>
          {t("not_found.home")}
        </Link>
      }
    >
      <p>{t("no_permission.text", { right })}</p>
      <p>{t("no_permission.who")}</p>
    </Notice>
  );
}
