import type { EntityDefinition, ListQuery, TabDefinition, TotalOperation } from "@opsflux/ui";
import { useMemo } from "react";
import { useSearchParams } from "react-router";
import { findField } from "../../../shared/i18n/entity_text";
import { type Condition, decodeCondition, encodeCondition, filterOf } from "./filters";
import { type ViewName, viewsOf } from "./views";

export const pageSizes = [25, 50, 100];

export interface ListState {
  tab: TabDefinition | undefined;
  conditions: Condition[];
  q: string;
  sort: string;
  page: number;
  pageSize: number;
  deleted: boolean;
  view: ViewName;
  /** What a view adds to the address: the month of a calendar, the zoom of a time axis. */
  at: string;
  span: string;
}

type Parameter = "tab" | "q" | "sort" | "page" | "size" | "deleted" | "view" | "at" | "span";

export interface ListControl extends ListState {
  query: ListQuery;
  /** Narrowed by words or chips: "nothing matches" then differs from "nothing yet". */
  narrowed: boolean;
  set(change: Partial<Record<Parameter, string | undefined>>): void;
  setConditions(conditions: Condition[]): void;
  clear(): void;
}

function positive(text: string | null, otherwise: number): number {
  const value = Number(text);
  return Number.isInteger(value) && value > 0 ? value : otherwise;
}

function readState(entity: EntityDefinition, search: URLSearchParams): ListState {
  const conditions = search.getAll("f").map((text) => decodeCondition(entity, text));
  return {
    tab: entity.views?.list?.tabs?.find((tab) => tab.id === search.get("tab")),
    conditions: conditions.filter((condition) => condition !== undefined),
    q: search.get("q") ?? "",
    sort: search.get("sort") ?? entity.views?.list?.sort ?? entity.title,
    page: positive(search.get("page"), 1),
    pageSize: positive(search.get("size"), pageSizes[0] ?? 25),
    deleted: search.get("deleted") === "true",
    view: viewsOf(entity).find((view) => view === search.get("view")) ?? "list",
    at: search.get("at") ?? "",
    span: search.get("span") ?? "",
  };
}

type Total = { field: string; op: TotalOperation };

/** The field whose currency an amount is in; undefined for what is in one currency, or in none. */
export function ownCurrency(entity: EntityDefinition, total: Total): string | undefined {
  const currency = findField(entity, total.field)?.currency;
  return currency !== undefined && findField(entity, currency) ? currency : undefined;
}

/** Amounts of several currencies are not added up; see the list's foot. */
function addable(entity: EntityDefinition): Total[] {
  const totals = entity.views?.list?.totals ?? [];
  return totals.filter((total) => total.op === "count" || ownCurrency(entity, total) === undefined);
}

/** What the list shows stands in the address: it survives going back, and can be sent to somebody. */
export function useListState(entity: EntityDefinition): ListControl {
  const [search, setSearch] = useSearchParams();
  return useMemo(() => {
    const state = readState(entity, search);
    const query: ListQuery = {
      filter: filterOf(entity, state.tab?.filter, state.conditions),
      q: state.q || undefined,
      sort: state.sort,
      page: state.page,
      page_size: state.pageSize,
      totals: addable(entity).map((total) => `${total.op}:${total.field}`),
      deleted: state.deleted || undefined,
    };
    const update = (write: (next: URLSearchParams) => void) =>
      setSearch(
        (old) => {
          const next = new URLSearchParams(old);
          next.delete("page");
          write(next);
          return next;
        },
        { replace: true },
      );
    return {
      ...state,
      query,
      narrowed: state.q !== "" || state.conditions.length > 0,
      set: (change) =>
        update((next) => {
          for (const [name, value] of Object.entries(change)) {
            if (value) next.set(name, value);
            else next.delete(name);
          }
        }),
      setConditions: (conditions) =>
        update((next) => {
          next.delete("f");
          for (const condition of conditions) next.append("f", encodeCondition(condition));
        }),
      clear: () =>
        update((next) => {
          next.delete("f");
          next.delete("q");
        }),
    };
  }, [entity, search, setSearch]);
}
