import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { recall, remember, rememberQuietly, setTheme } from "../ui/preferences";
import type { User } from "./app";
import { onChannelOpen, onPreferences, serverName, startPreferences } from "./preferences";

const user: User = { id: "ada", email: "a@b.org", name: "Ada", role: "user", language: "fr", theme: "light" };

interface Sent {
  method: string;
  body: Record<string, { value: unknown; at: string }> | undefined;
}

let sent: Sent[] = [];
let stored: Record<string, unknown> = {};
let offline = false;
let stop: () => void = () => undefined;

function begin(of: User = user): Promise<void> {
  stop();
  stop = startPreferences(of, { client: new QueryClient(), setLanguage: () => undefined });
  return settled();
}

const settled = () => new Promise<void>((done) => setTimeout(done, 20));

beforeEach(() => {
  localStorage.clear();
  sent = [];
  stored = {};
  offline = false;
  vi.stubGlobal("fetch", (_: string, init?: RequestInit) => {
    if (offline) return Promise.reject(new TypeError("no connection"));
    const body = init?.body ? (JSON.parse(init.body as string) as Sent["body"]) : undefined;
    sent.push({ method: init?.method ?? "GET", body });
    const changed = Object.entries(body ?? {}).map(([name, { value, at }]) => [
      name,
      { value, changed_at: at },
    ]);
    return Promise.resolve(
      new Response(JSON.stringify({ data: body ? Object.fromEntries(changed) : stored }), {
        headers: { "Content-Type": "application/json" },
      }),
    );
  });
});

afterEach(() => {
  stop();
  vi.unstubAllGlobals();
});

describe("preferences", () => {
  it("begin with those of the person's record, then with what the person has chosen", async () => {
    await begin();
    expect(recall("theme")).toBe("light");
    stored = { theme: { value: "dark", changed_at: "2026-01-01T00:00:00.000000Z" } };
    await begin();
    expect(recall("theme")).toBe("dark");
    expect(document.documentElement.dataset.theme).toBe("dark");
    expect(sent.every(({ method }) => method === "GET")).toBe(true);
  });

  it("are sent when they are chosen, and wait where there is no connection", async () => {
    await begin();
    offline = true;
    setTheme("dark");
    await settled();
    expect(recall("theme")).toBe("dark");
    offline = false;
    window.dispatchEvent(new Event("online"));
    await settled();
    expect(sent.at(-1)?.body?.theme?.value).toBe("dark");
    const count = sent.length;
    window.dispatchEvent(new Event("online"));
    await settled();
    expect(sent.slice(count).map(({ method }) => method)).toEqual(["GET"]);
  });

  it("of another device are taken where they are later, and left where they are earlier", async () => {
    await begin();
    setTheme("dark");
    await settled();
    onPreferences({ theme: { value: "light", changed_at: "2020-01-01T00:00:00.000000Z" } });
    expect(recall("theme")).toBe("dark");
    onPreferences({
      theme: { value: "light", changed_at: "2090-01-01T00:00:00.000000Z" },
      sidebar: { value: "folded", changed_at: "2090-01-01T00:00:00.000000Z" },
      "web.columns.tiers.company": { value: "name,city", changed_at: "2090-01-01T00:00:00.000000Z" },
      unheard_of: { value: 1, changed_at: "2090-01-01T00:00:00.000000Z" },
    });
    expect([recall("theme"), recall("sidebar"), recall("columns.tiers.company")]).toEqual([
      "light",
      "folded",
      "name,city",
    ]);
    expect(document.documentElement.dataset.theme).toBe("light");
    onPreferences({ sidebar: { value: null, changed_at: "2091-01-01T00:00:00.000000Z" } });
    expect(recall("sidebar")).toBeUndefined();
  });

  it("that changed before the live channel was open are read when it is", async () => {
    await begin();
    stored = { theme: { value: "dark", changed_at: "2090-01-01T00:00:00.000000Z" } };
    onChannelOpen();
    await settled();
    expect(recall("theme")).toBe("dark");
  });

  it("of the person before are not the next one's on the same device", async () => {
    await begin();
    offline = true;
    setTheme("dark");
    rememberQuietly("sidebar", "folded");
    await settled();
    offline = false;
    await begin({ ...user, id: "bob" });
    expect([recall("theme"), recall("sidebar")]).toEqual(["light", undefined]);
    expect(sent.map(({ method }) => method)).not.toContain("PATCH");
  });

  it("of modules are any JSON, and leave with the person", async () => {
    await begin();
    remember("module.fleet.map", JSON.stringify({ zoom: 3 }));
    await settled();
    expect(sent.at(-1)?.body?.["module.fleet.map"]?.value).toEqual({ zoom: 3 });
    onPreferences({ "module.fleet.map": { value: { zoom: 4 }, changed_at: "2090-01-01T00:00:00Z" } });
    expect(JSON.parse(recall("module.fleet.map") ?? "")).toEqual({ zoom: 4 });
    await begin({ ...user, id: "bob" });
    expect(recall("module.fleet.map")).toBeUndefined();
  });

  it("have names that the server knows; drafts stay on the device", () => {
    expect(serverName("columns.tiers.company")).toBe("web.columns.tiers.company");
    expect(serverName("single_keys")).toBe("shortcuts");
    expect(serverName("draft.tiers.company")).toBeUndefined();
  });
});
