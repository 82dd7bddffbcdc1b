import type { EntityDefinition, ListQuery, TabDefinition, TotalOperation } from "@opsflux/ui";
import { useMemo } from "react";
import { findField } from "../../../shared/i18n/entity_text";
import { setAll, useAddress } from "../../../shared/ui/address";
import { termsOf } from "../../../shared/values/words";
import { anyText, type Condition, decodeCondition, encodeCondition, filterOf } from "./filters";
import { type ViewName, viewsOf } from "./views";

export const pageSizes = [25, 50, 100];

export interface ListState {
  tab: TabDefinition | undefined;
  conditions: Condition[];
  q: string;
  /** Undefined: what fits the words best comes first. */
  sort: string | undefined;
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
  /** What the words and the conditions that search look for, as it is to be marked. */
  terms: string[];
  /** Narrowed by words or chips: "nothing matches" then differs from "nothing yet". */
  narrowed: boolean;
  set(change: Partial<Record<Parameter, string | undefined>>): void;
  addCondition(condition: Condition): void;
  removeCondition(condition: Condition): void;
  clear(): void;
}

function positive(text: string | null, otherwise: number): number {
  const value = Number(text);
  return Number.isInteger(value) && value > 0 ? value : otherwise;
}

/** The order of a list that nobody has put in another one. */
export const usualSort = (entity: EntityDefinition) => entity.views?.list?.sort ?? entity.title;

/** What stands in the list before a tab is chosen; a condition on the same field takes its place. */
export function standingFilter(entity: EntityDefinition, state: Pick<ListState, "deleted" | "conditions">) {
  const filter = entity.views?.list?.filter;
  const words = new Set(filter?.match(/[a-z][a-z0-9_]*/g));
  if (state.deleted || state.conditions.some(({ field }) => words.has(field))) return undefined;
  return filter;
}

function readState(entity: EntityDefinition, search: URLSearchParams): ListState {
  const q = search.get("q") ?? "";
  const conditions = search.getAll("f").map((text) => decodeCondition(entity, text));
  return {
    tab: entity.views?.list?.tabs?.find((tab) => tab.id === search.get("tab")),
    conditions: conditions.filter((condition) => condition !== undefined),
    q,
    sort: search.get("sort") ?? (q.trim() === "" ? usualSort(entity) : undefined),
    page: positive(search.get("page"), 1),
    pageSize: positive(search.get("size"), pageSizes[0] ?? 25),
    deleted: search.get("deleted") === "true",
    view: viewsOf(entity).find((view) => view === search.get("view")) ?? "list",
    at: search.get("at") ?? "",
    span: search.get("span") ?? "",
  };
}

/** Only what is found, not what is ruled out. */
function searchedFor({ q, conditions }: ListState): string[] {
  const asked = conditions.filter(({ field, operator }) => field === anyText && operator === "found");
  return termsOf([q, ...asked.map((condition) => condition.value)].join(" "));
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

/** The same condition may stand there twice; one of them goes. */
function dropCondition(entity: EntityDefinition, search: URLSearchParams, condition: Condition): void {
  const all = search.getAll("f");
  const gone = encodeCondition(condition);
  const at = all.findIndex((text) => {
    const known = decodeCondition(entity, text);
    return known !== undefined && encodeCondition(known) === gone;
  });
  search.delete("f");
  for (const [position, text] of all.entries()) if (position !== at) search.append("f", text);
}

/** What the list shows stands in the address: it survives going back, and can be sent to somebody. */
export function useListState(entity: EntityDefinition): ListControl {
  const [search, change] = useAddress();
  return useMemo(() => {
    const state = readState(entity, search);
    const query: ListQuery = {
      filter: filterOf(
        entity,
        state.tab ? state.tab.filter : standingFilter(entity, state),
        state.conditions,
      ),
      q: state.q || undefined,
      sort: state.sort,
      page: state.page,
      page_size: state.pageSize,
      totals: addable(entity).map((total) => `${total.op}:${total.field}`),
      deleted: state.deleted || undefined,
    };
    const update = (write: (next: URLSearchParams) => void) =>
      change((next) => {
        next.delete("page");
        write(next);
      });
    return {
      ...state,
      query,
      terms: searchedFor(state),
      narrowed: state.q !== "" || state.conditions.length > 0,
      set: (values) => update((next) => setAll(next, values)),
      addCondition: (condition) => update((next) => next.append("f", encodeCondition(condition))),
      removeCondition: (condition) => update((next) => dropCondition(entity, next, condition)),
      clear: () =>
        update((next) => {
          next.delete("f");
          next.delete("q");
        }),
    };
  }, [entity, search, change]);
}
