import { Button, Card, Status } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { FilePlus2, FileText, UserX } from "lucide-react";
import { useState } from "react";
import { type DocumentVersion, versionsQuery } from "../../../shared/api/privacy";
import { useText } from "../../../shared/i18n/text";
import { PageBody, PageHead, useCrumbs } from "../../../shared/ui/page";
import { EraseDialog } from "./erase_dialog";
import { ErasuresCard } from "./erasures_card";
import { PublishDialog } from "./publish_dialog";

/** Documents that people accept, and erasures. */
export function PrivacyAdminPage() {
  const { t } = useText();
  const [open, setOpen] = useState<"publish" | "erase" | null>(null);
  useCrumbs([{ label: t("nav.group.system") }, { label: t("privacy.title") }]);
  const close = () => setOpen(null);
  return (
    <PageBody>
      <PageHead
        title={t("privacy.title")}
        subtitle={t("privacy.admin_subtitle")}
        actions={
          <>
            <Button icon={<UserX size={16} aria-hidden="true" />} onClick={() => setOpen("erase")}>
              {t("privacy.erase_somebody")}
            </Button>
            <Button
              kind="primary"
              icon={<FilePlus2 size={16} aria-hidden="true" />}
              onClick={() => setOpen("publish")}
            >
              {t("privacy.publish")}
            </Button>
          </>
        }
      />
      <div className="grid max-w-4xl grid-cols-[minmax(0,1fr)] gap-4 px-6 pb-8 touch:px-3">
        <VersionsCard />
        <ErasuresCard />
      </div>
      {open === "publish" && <PublishDialog onClose={close} />}
      {open === "erase" && <EraseDialog onClose={close} />}
    </PageBody>
  );
}

function VersionsCard() {
  const { t } = useText();
  const versions = useQuery(versionsQuery).data ?? [];
  return (
    <Card icon={<FileText size={16} aria-hidden="true" />} title={t("privacy.documents")}>
      {versions.length === 0 ? (
        <p className="text-body text-text-2">{t("privacy.versions_none")}</p>
      ) : (
        <ul aria-label={t("privacy.documents")}>
          {versions.map((version) => (
            <VersionRow key={version.id} version={version} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function VersionRow({ version }: { version: DocumentVersion }) {
  const { t, format, language } = useText();
  const shown = version.texts[language] ?? Object.values(version.texts)[0];
  return (
    <li className="flex min-h-11 flex-wrap items-center gap-3 border-line-soft border-t py-2 text-body first:border-t-0">
      <span className="min-w-0 flex-1 basis-48">
        <span className="block font-medium break-words">{shown?.title}</span>
        <span className="text-text-3 text-xs">
          {version.kind} ·{" "}
          {t("privacy.version_since", {
            version: String(version.version),
            date: format.dateTime(version.effective_at),
          })}{" "}
          · {Object.keys(version.texts).join(", ")}
        </span>
      </span>
      <Status tone={version.required ? "warn" : "off"}>
        {t(version.required ? "privacy.required" : "privacy.optional")}
      </Status>
    </li>
  );
}
