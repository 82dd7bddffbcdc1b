import { buttonClasses } from "@opsflux/ui";
import { Compass } from "lucide-react";
import { Link } from "react-router";
import { useText } from "../shared/i18n/text";
import { useCrumbs } from "../shared/ui/page";
import { Notice } from "../shared/ui/states";

export function NotFound() {
  const { t } = useText();
  useCrumbs([{ label: t("not_found.title") }]);
  return (
    <Notice
      centred
      icon={<Compass size={20} aria-hidden="true" />}
      title={t("not_found.title")}
      action={
        <Link to="/" className={buttonClasses()}>
          {t("not_found.home")}
        </Link>
      }
    >
      {t("not_found.text")}
    </Notice>
  );
}
