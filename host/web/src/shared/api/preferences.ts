import type { QueryClient } from "@tanstack/react-query";
import { type LanguageCode, toLanguage } from "../i18n/messages";
import { announce, onOwnChange, recall, rememberQuietly } from "../ui/preferences";
import { ApiError } from "./api_error";
import { appQuery, type User } from "./app";
import { request } from "./request";
import type { Json } from "./settings";

/**
 * A person's own choices, the same on all devices. Each is kept on this device, so that it holds at once and without a
 * connection, and with the person on the server. Of two changes of one the later holds; what could not be sent waits.
 */

export interface Kept {
  value: Json;
  changed_at: string;
}

type Values = Record<string, Kept>;
type Waiting = Record<string, { value: Json; at: string }>;

const path = "/api/v1/preferences";

/** Names on this device and on the server. What is in neither stays on the device: drafts, for instance. */
const names: Record<string, string> = {
  theme: "theme",
  density: "density",
  sidebar: "sidebar",
  single_keys: "shortcuts",
  language: "language",
  date_format: "date_format",
  time_format: "time_format",
  notifications: "notifications",
};

/** Those of modules are any JSON, kept on the device as its text; the others are words. */
const isModules = (name: string) => name.startsWith("module.");

export function serverName(name: string): string | undefined {
  if (isModules(name)) return name;
  return names[name] ?? (name.startsWith("columns.") ? `web.${name}` : undefined);
}

function deviceName(name: string): string | undefined {
  if (isModules(name)) return name;
  const own = Object.entries(names).find(([, server]) => server === name);
  return own?.[0] ?? (name.startsWith("web.columns.") ? name.slice("web.".length) : undefined);
}

function waiting(): Waiting {
  try {
    return JSON.parse(recall("preferences.waiting") ?? "{}") as Waiting;
  } catch {
    return {};
  }
}

function setWaiting(changes: Waiting): void {
  const none = Object.keys(changes).length === 0;
  rememberQuietly("preferences.waiting", none ? undefined : JSON.stringify(changes));
}

function times(): Record<string, string> {
  try {
    return JSON.parse(recall("preferences.times") ?? "{}") as Record<string, string>;
  } catch {
    return {};
  }
}

/** What was chosen here last, and what the server said of it. */
function isNews(name: string, { changed_at }: Kept): boolean {
  const own = waiting()[name];
  if (own && Date.parse(own.at) > Date.parse(changed_at)) return false;
  const known = times()[name];
  return known === undefined || Date.parse(known) < Date.parse(changed_at);
}

/** Takes what the server or another device says where it is newer than what is known here. */
export function takePreferences(values: Values): string[] {
  const taken: string[] = [];
  const known = times();
  for (const [name, kept] of Object.entries(values)) {
    const device = deviceName(name);
    if (!device || !isNews(name, kept)) continue;
    known[name] = kept.changed_at;
    const text = isModules(name) ? JSON.stringify(kept.value) : String(kept.value);
    rememberQuietly(device, kept.value === null ? undefined : text);
    taken.push(name);
  }
  rememberQuietly("preferences.times", JSON.stringify(known));
  // Also where nothing was taken: another tab of this browser may have kept it already.
  announce();
  return taken;
}

let sending: Promise<void> | undefined;

/** Sends what waits; without a connection it goes on waiting. */
function send(): Promise<void> {
  sending ??= sendNow().finally(() => {
    sending = undefined;
  });
  return sending;
}

async function sendNow(): Promise<void> {
  for (;;) {
    const changes = waiting();
    if (Object.keys(changes).length === 0) return;
    let answer: Values = {};
    try {
      answer = (await request<{ data: Values }>(path, { method: "PATCH", body: changes })).data;
    } catch (error) {
      const refused = error instanceof ApiError && error.status >= 400 && error.status < 500;
      if (!refused || [401, 429].includes(error.status)) return;
    }
    const left = Object.entries(waiting()).filter(([name, { at }]) => changes[name]?.at !== at);
    setWaiting(Object.fromEntries(left));
    takePreferences(answer);
  }
}

function noteOwnChange(device: string, value: string | undefined): void {
  const name = serverName(device);
  if (!name) return;
  const said = isModules(name) ? (JSON.parse(value ?? "null") as Json) : (value ?? null);
  setWaiting({ ...waiting(), [name]: { value: said, at: new Date().toISOString() } });
  void send();
}

/** Another person on the same device begins with what is theirs. */
function takeOver(user: User): void {
  if (recall("preferences.of") === user.id) return;
  const known = [...Object.values(names), ...Object.keys(times()), ...Object.keys(waiting())];
  for (const name of known) {
    const device = deviceName(name);
    if (device && device !== "language") rememberQuietly(device, undefined);
  }
  setWaiting({});
  rememberQuietly("preferences.times", undefined);
  rememberQuietly("preferences.of", user.id);
}

/** What the person's record says holds until the person chooses otherwise. */
function takeFallbacks(user: User, values: Values): void {
  if (user.theme && !values.theme && !waiting().theme) rememberQuietly("theme", user.theme);
  if (user.density && !values.density && !waiting().density) rememberQuietly("density", user.density);
}

export interface PreferenceListeners {
  client: QueryClient;
  setLanguage: (language: LanguageCode) => void;
}

let listeners: PreferenceListeners | undefined;
let readAgain: (() => void) | undefined;

/** What was told before the channel of live events was open is unknown, so it is asked for. */
export function onChannelOpen(): void {
  readAgain?.();
}

/** The event of another device, or of this one's own change. */
export function onPreferences(values: Values): void {
  const taken = takePreferences(values);
  const language = toLanguage(recall("language"));
  if (!listeners || !language || !taken.includes("language")) return;
  listeners.setLanguage(language);
  // Labels of menus come from the server in the user's language.
  void listeners.client.invalidateQueries({ queryKey: appQuery.queryKey });
}

/** While somebody is signed in. Returns the function that ends it. */
export function startPreferences(user: User, given: PreferenceListeners): () => void {
  listeners = given;
  takeOver(user);
  takeFallbacks(user, {});
  announce();
  const read = async () => {
    const { data } = await request<{ data: Values }>(path);
    // The language of the record counts: the server speaks it.
    const { language: _, ...values } = data;
    takeFallbacks(user, values);
    takePreferences(values);
    await send();
  };
  const again = () => void read().catch(() => undefined);
  const stop = onOwnChange(noteOwnChange);
  readAgain = again;
  again();
  window.addEventListener("online", again);
  return () => {
    stop();
    window.removeEventListener("online", again);
    listeners = undefined;
    readAgain = undefined;
  };
}
