import type { EntityDefinition, ListResult, TotalOperation } from "@opsflux/ui";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { aggregateQuery } from "../../../shared/api/aggregate";
import { countQuery } from "../../../shared/api/records";
import { entityCounted, fieldLabel, findField } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { currencyOf } from "../../../shared/values/structured";
import { type ListControl, ownCurrency } from "../api/list_state";
import { measureText } from "../api/measures";
import { narrowingOf } from "../api/views";
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
      {(entity.views?.list?.totals ?? []).map((total) => {
        const currency = ownCurrency(entity, total);
        return (
          currency &&
          total.op !== "count" && (
            <AmountTotal key={`${total.op}:${total.field}`} {...{ entity, list, total, currency }} />
          )
        );
      })}
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
    return (
      <span key={key}>
        {text.t(`total.${operation as TotalOperation}`, { field: fieldLabel(text, entity, name) })}{" "}
        <strong className="text-text">{measureText(text, field, operation as TotalOperation, value)}</strong>
      </span>
    );
  });
}

interface AmountTotalProps {
  entity: EntityDefinition;
  list: ListControl;
  total: { field: string; op: TotalOperation };
  /** The field that holds the currency. */
  currency: string;
}

/** A figure for each currency, since amounts of several are not added up. */
function AmountTotal({ entity, list, total, currency }: AmountTotalProps) {
  const text = useText();
  const name = `${total.op}:${total.field}`;
  const groups = useQuery(
    aggregateQuery(entity, { ...narrowingOf(list), group: [currency], measures: [name] }),
  ).data?.data;
  const field = findField(entity, total.field);
  const figures = (groups ?? []).filter((group) => group[name] !== null && group[name] !== undefined);
  if (!field || figures.length === 0) return null;
  return (
    <span>
      {text.t(`total.${total.op}`, { field: fieldLabel(text, entity, total.field) })}{" "}
      <strong className="text-text">
        {figures
          .map((group) =>
            measureText(text, field, total.op, String(group[name]), currencyOf(field, group.group)),
          )
          .join(" · ")}
      </strong>
    </span>
  );
}
