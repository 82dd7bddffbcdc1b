import { Button } from "@opsflux/ui";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { Languages } from "lucide-react";
import { useText } from "../../../shared/i18n/text";
import { PageBody, PageHead, useCrumbs } from "../../../shared/ui/page";
import { PageSteps } from "../../../shared/ui/page_steps";
import { RowSkeletons, Waiting } from "../../../shared/ui/skeleton";
import { Failure, Notice } from "../../../shared/ui/states";
import { type TextControl, useTextControl } from "../api/text_state";
import { type TextList, textsQuery } from "../api/texts";
import { ImportTexts } from "./import_texts";
import { TextExport } from "./text_export";
import { TextFilters } from "./text_filters";
import { TextRow } from "./text_row";

/** The texts of the server, the modules and this application, and what administrators put in their place. */
export function TextsPage() {
  const { t, language } = useText();
  const control = useTextControl(language);
  const query = useQuery(textsQuery(control.ask));
  useCrumbs([{ label: t("nav.group.system") }, { label: t("texts.title") }]);
  return (
    <PageBody>
      <PageHead
        title={t("texts.title")}
        subtitle={t("texts.subtitle")}
        actions={
          <>
            <ImportTexts />
            <TextExport language={control.ask.language} />
          </>
        }
      />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4 px-6 pb-8 touch:px-3">
        <TextFilters control={control} spaces={query.data?.meta.namespaces ?? []} />
        <Texts control={control} query={query} />
      </div>
    </PageBody>
  );
}

interface TextsProps {
  control: TextControl;
  query: UseQueryResult<TextList>;
}

function Texts({ control, query }: TextsProps) {
  const { t } = useText();
  if (query.isPending)
    return (
      <Waiting what={t("texts.title")}>
        <RowSkeletons rows={6} />
      </Waiting>
    );
  if (query.error && !query.data) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  const list = query.data;
  if (!list) return null;
  if (list.data.length === 0) return <Nothing control={control} />;
  return (
    <>
      <ul aria-label={t("texts.title")} className="rounded-card border border-line bg-surface">
        {list.data.map((entry) => (
          <TextRow key={`${entry.language}/${entry.namespace}/${entry.key}`} entry={entry} />
        ))}
      </ul>
      <PageSteps count="texts.count" meta={list.meta} onPage={(page) => control.set({ page })} />
    </>
  );
}

function Nothing({ control }: { control: TextControl }) {
  const { t } = useText();
  const { q, namespace, changed } = control.ask;
  const nothingYet = changed && !q && !namespace;
  return (
    <div className="rounded-card border border-line bg-surface">
      <Notice
        icon={<Languages size={20} aria-hidden="true" />}
        title={t(nothingYet ? "texts.none_changed" : "texts.none_found")}
        action={
          <Button onClick={() => control.set({ q: "", namespace: "", changed: false })}>
            {t("list.clear")}
          </Button>
        }
      />
    </div>
  );
}
