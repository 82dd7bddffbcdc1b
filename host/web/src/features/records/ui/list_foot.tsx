import type { EntityDefinition, ListResult, TotalOperation } from "@opsflux/ui";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { countQuery } from "../../../shared/api/records";
import { entityCounted, fieldLabel, findField } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import type { ListControl } from "../api/list_state";
import { Pager } from "./pager";

export interface ListFootProps {
  entity: EntityDefinition;
  list: ListControl;
  query: UseQueryResult<ListResult>;
}

/** How many, figures over all that matches, and how fresh. */
export function ListFoot({ entity, list, query }: ListFootProps) {
  const text = useText();
  const { t, format } = text;
  const all = useQuery(countQuery(entity, undefined)).data;
  const meta = query.data?.meta;
  if (!meta) return <footer className="h-10 shrink-0 border-line border-t bg-subtle" />;
  const part = list.narrowed || list.tab;
  return (
    <footer className="flex min-h-10 shrink-0 flex-wrap items-center gap-x-5 gap-y-1 border-line border-t bg-subtle px-4 py-1 text-sm text-text-2">
      <span>
        <strong className="text-text">{entityCounted(text, entity, meta.total)}</strong>
        {part && all !== undefined && all !== meta.total && ` ${t("list.of", { total: format.number(all) })}`}
      </span>
      <Totals entity={entity} totals={meta.totals} />
      <span className="flex-1" />
      <Pager list={list} meta={meta} />
      <span className="text-text-3">
        {t("list.updated", { time: format.time(new Date(query.dataUpdatedAt)) })}
      </span>
    </footer>
  );
}

function Totals({
  entity,
  totals,
}: {
  entity: EntityDefinition;
  totals: Record<string, string | null> | undefined;
}) {
  const text = useText();
  return Object.entries(totals ?? {}).map(([key, value]) => {
    const [operation = "", name = ""] = key.split(":");
    const field = findField(entity, name);
    if (value === null || !field) return null;
    const digits = operation === "avg" ? 1 : field.type === "decimal" ? field.scale : 0;
    return (
      <span key={key}>
        {text.t(`total.${operation as TotalOperation}`, { field: fieldLabel(text, entity, name) })}{" "}
        <strong className="text-text">{text.format.number(value, digits)}</strong>
      </span>
    );
  });
}
