import { useText } from "../../../shared/i18n/text";
import { PageBody, PageHead, useCrumbs } from "../../../shared/ui/page";
import { SessionList } from "./session_list";

/** Where one is signed in. */
export function SessionsPage() {
  const { t } = useText();
  useCrumbs([{ label: t("account.title") }, { label: t("sessions.title") }]);
  return (
    <PageBody>
      <PageHead title={t("sessions.title")} subtitle={t("sessions.subtitle")} />
      <div className="max-w-3xl px-6 pb-8 touch:px-3">
        <SessionList />
      </div>
    </PageBody>
  );
}
