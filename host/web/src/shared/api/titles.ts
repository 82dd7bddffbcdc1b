import type { EntityDefinition, ListResult } from "@opsflux/ui";
import { queryOptions } from "@tanstack/react-query";
import { isStatus } from "./api_error";
import { entityKey, fetchRecord } from "./records";
import { request } from "./request";
import { titleOf } from "./title";

interface Batch {
  ids: Set<string>;
  answer: Promise<Map<string, string>>;
}

const waiting = new Map<string, Batch>();
const mostAtOnce = 100;
const gatherMs = 5;

async function fetchTitles(entity: EntityDefinition, ids: string[]): Promise<Map<string, string>> {
  const search = new URLSearchParams({
    filter: `id in [${ids.map((id) => JSON.stringify(id)).join(", ")}]`,
    fields: entity.title,
    page_size: String(mostAtOnce),
    count: "false",
  });
  const { data } = await request<ListResult>(`${entity.path}?${search}`);
  return new Map(data.map((record) => [record.id, titleOf(entity, record)]));
}

/** What is asked for within a moment goes to the server in one request: a list shows many references at once. */
function gather(entity: EntityDefinition, id: string): Promise<Map<string, string>> {
  const known = waiting.get(entity.name);
  if (known && known.ids.size < mostAtOnce) {
    known.ids.add(id);
    return known.answer;
  }
  const ids = new Set([id]);
  const batch: Batch = {
    ids,
    answer: new Promise((resolve) => setTimeout(resolve, gatherMs)).then(() => {
      if (waiting.get(entity.name) === batch) waiting.delete(entity.name);
      return fetchTitles(entity, [...ids]);
    }),
  };
  waiting.set(entity.name, batch);
  return batch.answer;
}

/** A list leaves deleted records out; by itself each can still be read. */
async function fetchOne(entity: EntityDefinition, id: string, signal: AbortSignal): Promise<string | null> {
  try {
    return titleOf(entity, await fetchRecord(entity, id)({ signal }));
  } catch (error) {
    if (isStatus(error, 404) || isStatus(error, 403)) return null;
    throw error;
  }
}

/** What a record is known by; null where the reader does not see it. */
export function recordTitleQuery(entity: EntityDefinition, id: string) {
  return queryOptions({
    queryKey: [...entityKey(entity.name), "title", id],
    queryFn: async ({ signal }) => (await gather(entity, id)).get(id) ?? (await fetchOne(entity, id, signal)),
  });
}
