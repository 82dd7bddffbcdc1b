import { classNames } from "@opsflux/ui";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useText } from "../../../shared/i18n/text";
import { useCrumbs } from "../../../shared/ui/page";
import { narrow, useMedia } from "../../../shared/ui/preferences";
import { useShortcuts } from "../../../shared/ui/shortcuts";
import { type AuditRow, auditQuery, useVerify } from "../api/audit";
import { useAuditState } from "../api/audit_state";
import { AuditFilters } from "./audit_filters";
import { AuditActions, AuditTabs } from "./audit_head";
import { AuditList } from "./audit_list";
import { DetailPanel, DetailSheet } from "./detail";
import { Overview } from "./overview";
import { VerdictStrip } from "./verdict_strip";

export function AuditPage() {
  const { t } = useText();
  const state = useAuditState();
  const [selected, setSelected] = useState<AuditRow>();
  const verify = useVerify();
  const isNarrow = useMedia(narrow);
  useCrumbs([{ label: t("nav.group.system") }, { label: t("audit.title") }]);
  const overview = state.tab === "overview";
  const close = () => setSelected(undefined);
  useShortcuts({ escape: selected ? close : undefined });
  const detail = selected && !overview ? { row: selected, state, onClose: close } : undefined;
  return (
    <div className="flex h-full">
      <div className="relative flex min-w-0 flex-1 flex-col">
        <header className="flex shrink-0 flex-wrap items-center gap-2 px-4 pt-2.5 pb-1 touch:pt-1">
          <h1 className="min-w-0 flex-1 basis-40 touch:basis-full truncate font-strong text-xl leading-9 tracking-title touch:text-2xl">
            {t("audit.title")}
          </h1>
          <AuditActions state={state} verify={verify} />
        </header>
        <VerdictStrip verify={verify} />
        <AuditTabs state={state} />
        <AuditFilters state={state} />
        {overview ? <Overview state={state} /> : <Rows {...{ state, selected, setSelected }} />}
      </div>
      {detail && (isNarrow ? <DetailSheet {...detail} /> : <DetailPanel {...detail} />)}
    </div>
  );
}

interface RowsProps {
  state: ReturnType<typeof useAuditState>;
  selected: AuditRow | undefined;
  setSelected: (row: AuditRow | undefined) => void;
}

function Rows({ state, selected, setSelected }: RowsProps) {
  const { t, n, format } = useText();
  const query = useInfiniteQuery(auditQuery(state.ask));
  const total = query.data?.pages[0]?.meta.total;
  return (
    <>
      <AuditList {...{ state, query, selected, setSelected }} />
      <footer
        className={classNames(
          "flex min-h-10 shrink-0 flex-wrap items-center gap-x-5 border-line border-t bg-subtle px-4 py-1 text-sm text-text-2",
          "touch:hidden",
        )}
      >
        {total !== undefined && <strong className="text-text">{n("audit.count", total)}</strong>}
        <span className="flex-1" />
        <span className="text-text-3">
          {t("list.updated", { time: format.time(new Date(query.dataUpdatedAt)) })}
        </span>
      </footer>
    </>
  );
}
