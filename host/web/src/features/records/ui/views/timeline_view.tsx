import type { EntityDefinition, RecordData } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { manyQuery } from "../../../../shared/api/aggregate";
import { findField } from "../../../../shared/i18n/entity_text";
import { type Text, useText } from "../../../../shared/i18n/text";
import { Notice } from "../../../../shared/ui/states";
import { groupName } from "../../api/charts";
import { dayOf } from "../../api/days";
import { narrowingOf, recordColour } from "../../api/views";
import { TimeChart, type TimeRow } from "./time_chart";
import { Partly, ViewOf, type ViewProps } from "./view_frame";

/** Records as bars over the days from start to end, group by group. */
export function TimelineView({ entity, list }: ViewProps) {
  const text = useText();
  const start = entity.views?.timeline?.start ?? "";
  const query = useQuery(manyQuery(entity, narrowingOf(list, `has(${start})`), start));
  return (
    <ViewOf entity={entity} query={query}>
      {({ data, meta }) => (
        <>
          {data.length === 0 ? (
            <Notice className="flex-1 content-center" title={text.t("view.empty")} />
          ) : (
            <TimeChart entity={entity} list={list} rows={rowsOf(text, entity, data)} />
          )}
          <Partly shown={data.length} total={meta.total} />
        </>
      )}
    </ViewOf>
  );
}

function rowsOf(text: Text, entity: EntityDefinition, records: RecordData[]): TimeRow[] {
  const view = entity.views?.timeline;
  if (!view) return [];
  const row = (record: RecordData, level: number): TimeRow => {
    const from = dayOf(record[view.start]);
    const to = dayOf(record[view.end]);
    return {
      key: record.id,
      record,
      level,
      from,
      to: from && to && to >= from ? to : from,
      colour: recordColour(entity, view.color, record),
    };
  };
  const field = view.group === undefined ? undefined : findField(entity, view.group);
  if (!field) return records.map((record) => row(record, 0));
  const groups = new Map<string, RecordData[]>();
  for (const record of records) {
    const key = String(record[field.name] ?? "");
    groups.set(key, [...(groups.get(key) ?? []), record]);
  }
  const place = (key: string) => field.values?.indexOf(key) ?? 0;
  return [...groups]
    .sort(([a], [b]) => Number(a === "") - Number(b === "") || place(a) - place(b))
    .flatMap(([key, members]): TimeRow[] => [
      {
        key: `group-${key}`,
        head: groupName(text, entity, field, key || null, members[0]?._labels?.[field.name]),
      },
      ...members.map((record) => row(record, 1)),
    ]);
}
