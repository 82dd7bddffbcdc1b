import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, expect, it, vi } from "vitest";
import { appQuery } from "./app";
import { actFor, readAnew } from "./context";

let company: { id: string; name: string } | null = null;
const sent: unknown[] = [];

/** A client that shows one list, and what it has shown of it. */
function opened() {
  vi.stubGlobal("fetch", async (path: string, init?: RequestInit) => {
    if (init?.method === "PUT") {
      const wanted = (JSON.parse(String(init.body)) as { company: string | null }).company;
      sent.push([path, wanted]);
      company = wanted === null ? null : { id: wanted, name: wanted };
    }
    return new Response(JSON.stringify({ company, companies: [] }), { status: 200 });
  });
  const client = new QueryClient();
  client.setQueryData(appQuery.queryKey, { company: { id: "a", name: "a" } } as never);
  const shown: unknown[] = [];
  const list = new QueryObserver(client, {
    queryKey: ["entity", "things"],
    queryFn: async () => `things of ${company?.id}`,
  });
  const stop = list.subscribe(({ data }) => shown.push(data));
  return { client, shown, stop };
}

afterEach(() => {
  vi.unstubAllGlobals();
  sent.length = 0;
});

it("shows nothing of the company before while that of the next is asked for", async () => {
  company = { id: "a", name: "a" };
  const { client, shown, stop } = opened();
  await vi.waitFor(() => expect(shown.at(-1)).toBe("things of a"));
  shown.length = 0;
  await actFor(client, "b");
  expect(sent).toEqual([["/api/v1/auth/context", "b"]]);
  expect(shown[0]).toBeUndefined();
  expect(shown.at(-1)).toBe("things of b");
  stop();
});

it("leaves what is on screen until the answer comes when only rights have changed", async () => {
  company = { id: "a", name: "a" };
  const { client, shown, stop } = opened();
  await vi.waitFor(() => expect(shown.at(-1)).toBe("things of a"));
  shown.length = 0;
  await readAnew(client);
  expect(shown).not.toContain(undefined);
  stop();
});
