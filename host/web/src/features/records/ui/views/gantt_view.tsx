import type { EntityDefinition, RecordData } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { manyQuery } from "../../../../shared/api/aggregate";
import { findField } from "../../../../shared/i18n/entity_text";
import { useText } from "../../../../shared/i18n/text";
import { Notice } from "../../../../shared/ui/states";
import { dayOf } from "../../api/days";
import { inTree } from "../../api/tree";
import { narrowingOf } from "../../api/views";
import { TimeChart, type TimeRow } from "./time_chart";
import { Partly, ViewOf, type ViewProps } from "./view_frame";

/** Work as bars: below its parent, filled as far as it is done, tied to what comes first. */
export function GanttView({ entity, list }: ViewProps) {
  const { t } = useText();
  const start = entity.views?.gantt?.start ?? "";
  const query = useQuery(manyQuery(entity, narrowingOf(list, `has(${start})`), start));
  return (
    <ViewOf entity={entity} query={query}>
      {({ data, meta }) => (
        <>
          {data.length === 0 ? (
            <Notice className="flex-1 content-center" title={t("view.empty")} />
          ) : (
            <TimeChart entity={entity} list={list} rows={rowsOf(entity, data)} />
          )}
          <Partly shown={data.length} total={meta.total} />
        </>
      )}
    </ViewOf>
  );
}

function rowsOf(entity: EntityDefinition, records: RecordData[]): TimeRow[] {
  const view = entity.views?.gantt;
  if (!view) return [];
  const progress = view.progress === undefined ? undefined : findField(entity, view.progress);
  const parentOf = (record: RecordData) => (view.parent ? record[view.parent] : undefined);
  const after = (record: RecordData): string[] => {
    const value = view.after === undefined ? undefined : record[view.after];
    return Array.isArray(value) ? value.map(String) : typeof value === "string" ? [value] : [];
  };
  return inTree(records, parentOf).map(({ record, level }) => {
    const from = dayOf(record[view.start]);
    const to = dayOf(record[view.end]);
    const share = progress && record[progress.name];
    const { min = 0, max = 100 } = progress ?? {};
    return {
      key: record.id,
      record,
      level,
      from,
      to: from && to && to >= from ? to : from,
      progress:
        share === undefined || share === null
          ? undefined
          : ((Number(share) - Number(min)) / Math.max(1, Number(max) - Number(min))) * 100,
      after: after(record),
    };
  });
}
