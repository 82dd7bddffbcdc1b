import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { optionsQuery } from "../../../shared/api/mail_links";
import { useText } from "../../../shared/i18n/text";

/** The ways in for who has no password at hand, as far as this instance offers them. */
export function MailLinks({ email }: { email: string }) {
  const { t } = useText();
  const options = useQuery(optionsQuery).data;
  if (!options?.reset && !options?.magic && !options?.closed) return null;
  return (
    <div className="grid justify-items-start gap-2 text-body">
      {options.reset && (
        <Link to="/reset" state={email.trim()} className="page-link">
          {t("login.forgotten")}
        </Link>
      )}
      {options.magic && (
        <Link to="/magic" state={email.trim()} className="page-link">
          {t("login.by_link")}
        </Link>
      )}
      {options.closed && (
        <Link to="/request-access" className="page-link">
          {t("access.ask")}
        </Link>
      )}
    </div>
  );
}
