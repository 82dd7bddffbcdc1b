import type { EntityDefinition, ListQuery, ListResult } from "@opsflux/ui";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { entityKey, fetchList } from "./records";
import { request } from "./request";

/** The part of a list's query that says which records it is about. */
export type Narrowing = Pick<ListQuery, "filter" | "q" | "deleted">;

export interface AggregateQuery extends Narrowing {
  group: string[];
  measures?: string[];
  limit?: number;
}

export interface Group {
  group: Record<string, string | number | boolean | null>;
  count: number;
  _labels?: Record<string, string>;
  /** Measures by name, for instance "sum:amount". */
  [measure: string]: unknown;
}

export interface Groups {
  data: Group[];
  meta: { truncated: boolean };
}

export const mostGroups = 1000;

export function aggregateQuery(entity: EntityDefinition, query: AggregateQuery) {
  const search = new URLSearchParams({
    group: query.group.join(","),
    limit: String(query.limit ?? mostGroups),
  });
  if (query.measures?.length) search.set("measures", query.measures.join(","));
  if (query.filter) search.set("filter", query.filter);
  if (query.q) search.set("q", query.q);
  if (query.deleted) search.set("deleted", "true");
  return queryOptions({
    queryKey: [...entityKey(entity.name), "aggregate", search.toString()],
    queryFn: ({ signal }) => request<Groups>(`${entity.path}/aggregate?${search}`, { signal }),
    placeholderData: keepPreviousData,
  });
}

/** As many as the server gives at once; `meta.total` tells whether that is all. */
export const mostRecords = 500;

export function manyQuery(entity: EntityDefinition, narrowing: Narrowing, sort?: string, size = mostRecords) {
  const query = { ...narrowing, sort, page: 1, page_size: size };
  return queryOptions({
    queryKey: [...entityKey(entity.name), "many", query] as const,
    queryFn: ({ signal }): Promise<ListResult> => fetchList(entity, query)({ signal }),
    placeholderData: keepPreviousData,
  });
}
