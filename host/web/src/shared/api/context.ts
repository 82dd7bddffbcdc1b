import type { QueryClient } from "@tanstack/react-query";
import { type App, appQuery } from "./app";
import { request } from "./request";

/** What a person sees alike, whoever he acts for; what he has to accept first stays around the pages. */
const alike = new Set(["app", "texts", "privacy"]);

/**
 * Asks for everything on screen anew, as somebody's rights have changed. What was seen in the name of another company
 * is gone at once; else it stays until the answer comes, and what is being typed with it.
 */
export async function readAnew(client: QueryClient): Promise<void> {
  const before = client.getQueryData<App>(appQuery.queryKey)?.company?.id;
  const now = (await client.fetchQuery({ ...appQuery, staleTime: 0 })).company?.id;
  const predicate = ({ queryKey }: { queryKey: readonly unknown[] }) => !alike.has(String(queryKey[0]));
  await (before === now ? client.invalidateQueries({ predicate }) : client.resetQueries({ predicate }));
}

/** From now on this session acts in the name of that company, or of none. */
export async function actFor(client: QueryClient, company: string | null): Promise<void> {
  await request("/api/v1/auth/context", { method: "PUT", body: { company } });
  await readAnew(client);
}
