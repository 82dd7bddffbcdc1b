import { buttonClasses } from "@opsflux/ui";
import { lazy, Suspense } from "react";
import { useText } from "../../../shared/i18n/text";
import { PageBody, PageHead, useCrumbs } from "../../../shared/ui/page";
import { PageSkeleton } from "../../../shared/ui/skeleton";

/** Some megabytes, which nobody loads who does not look at this page. */
const Reference = lazy(() => import("./reference").then((module) => ({ default: module.Reference })));

export function ApiDocsPage() {
  const { t } = useText();
  useCrumbs([{ label: t("api_docs.title") }]);
  return (
    <PageBody>
      <PageHead
        title={t("api_docs.title")}
        actions={
          <a className={buttonClasses()} href="/api/v1/openapi/postman.json" download="opsflux.postman.json">
            {t("api_docs.postman")}
          </a>
        }
      />
      <Suspense fallback={<PageSkeleton />}>
        <Reference />
      </Suspense>
    </PageBody>
  );
}
