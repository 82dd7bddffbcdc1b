import { Grid3x3 } from "lucide-react";
import { Link } from "react-router";
import { useText } from "../../../shared/i18n/text";

/** From the list of roles to all their rights side by side. */
export function MatrixLink() {
  const { t } = useText();
  return (
    <Link to="/system/rights" className="page-link" aria-label={t("rights.title")} title={t("rights.title")}>
      <Grid3x3 size={16} aria-hidden="true" />
      <span className="touch:hidden">{t("rights.title")}</span>
    </Link>
  );
}
