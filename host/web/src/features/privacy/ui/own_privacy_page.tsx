import { useText } from "../../../shared/i18n/text";
import { PageBody, PageHead, useCrumbs } from "../../../shared/ui/page";
import { AccessCard } from "./access_card";
import { CopyCard } from "./copy_card";
import { DocumentsCard } from "./documents_card";
import { OwnErasureCard } from "./own_erasure_card";

/** One's own data: what was agreed to, a copy of it, who looked, and its erasure. */
export function OwnPrivacyPage() {
  const { t } = useText();
  useCrumbs([{ label: t("account.title"), to: "/account" }, { label: t("privacy.title") }]);
  return (
    <PageBody>
      <PageHead title={t("privacy.title")} subtitle={t("privacy.subtitle")} />
      <div className="grid max-w-3xl grid-cols-[minmax(0,1fr)] gap-4 px-6 pb-8 touch:px-3">
        <DocumentsCard />
        <CopyCard />
        <AccessCard />
        <OwnErasureCard />
      </div>
    </PageBody>
  );
}
