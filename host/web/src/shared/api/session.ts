import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { appQuery, type Density, type Language, type ThemeChoice, type User } from "./app";
import type { Enrolment, FactorKind, FactorWish, SentCode, SentKind } from "./factors";
import { request } from "./request";

export interface Session {
  user: User;
  /** When a second factor was set up on the way: to be shown once. */
  backup_codes?: string[];
}

export type FactorMethod = FactorKind | "backup";

/** The password was right, and something else is asked for; the browser has the ticket in a cookie. */
export interface LogInStep {
  step: "factor" | "enrol" | "password";
  /** By which a code can be given; of "enrol" which kinds can be set up. */
  methods: FactorMethod[];
  reason: "" | "expired" | "temporary";
}

export type LogInAnswer = Session | LogInStep;

export const setupQuery = queryOptions({
  queryKey: ["setup"],
  queryFn: ({ signal }) => request<{ needed: boolean }>("/api/v1/setup", { signal }),
  retry: false,
});

/** `remember`: the browser keeps the session when it is closed. */
export function logIn(email: string, password: string, remember: boolean): Promise<LogInAnswer> {
  return request("/api/v1/auth/login", { method: "POST", body: { email, password, remember } });
}

export interface GivenCode {
  method: FactorMethod;
  code: string;
  trust_device: boolean;
}

export function giveCode(given: GivenCode): Promise<LogInAnswer> {
  return request("/api/v1/auth/login/factor", { method: "POST", body: given });
}

/** A code goes out only by this. */
export function sendCode(method: SentKind): Promise<SentCode> {
  return request("/api/v1/auth/login/code", { method: "POST", body: { method } });
}

export function enrolAtLogIn(wish: FactorWish): Promise<Enrolment | SentCode> {
  return request("/api/v1/auth/login/enrol", { method: "POST", body: wish });
}

export function confirmAtLogIn(code: string): Promise<LogInAnswer> {
  return request("/api/v1/auth/login/enrol/confirm", { method: "POST", body: { code } });
}

export function replacePasswordAtLogIn(newPassword: string): Promise<LogInAnswer> {
  return request("/api/v1/auth/login/password", { method: "POST", body: { new_password: newPassword } });
}

/** Reaches the other windows of this browser, which share the session. */
const windows = "BroadcastChannel" in globalThis ? new BroadcastChannel("opsflux.session") : undefined;

export async function logOut(): Promise<void> {
  await request("/api/v1/auth/logout", { method: "POST" });
  windows?.postMessage("ended");
}

/** Calls back when somebody logs out in another window. */
export function onLogOutElsewhere(listener: () => void): () => void {
  const onMessage = () => listener();
  windows?.addEventListener("message", onMessage);
  return () => windows?.removeEventListener("message", onMessage);
}

export interface PasswordChange {
  current_password: string;
  new_password: string;
}

/** Ends the user's other sessions; this one stays. */
export function changePassword(change: PasswordChange): Promise<void> {
  return request("/api/v1/auth/password", { method: "POST", body: change });
}

export interface SetupForm {
  token: string;
  email: string;
  password: string;
  name: string;
  language: Language;
}

export function setUp(form: SetupForm): Promise<LogInAnswer> {
  return request("/api/v1/setup", { method: "POST", body: form });
}

export interface Preferences {
  language?: Language;
  theme?: ThemeChoice;
  density?: Density;
  name?: string;
  phone?: string;
  job?: string;
  place?: string;
  time_zone?: string;
  photo?: string;
}

export function savePreferences(preferences: Preferences): Promise<{ user: User }> {
  return request("/api/v1/auth/me", { method: "PATCH", body: preferences });
}

/**
 * Drops what was read in a session that has ended. The texts stay: the whole application watches them, and a query that
 * is taken from under its watcher is never asked for again.
 */
export function forgetSession(client: QueryClient): void {
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "texts" });
  client.getMutationCache().clear();
}

/** Reads what a new session may see, before its first page is shown. */
export async function beginSession(client: QueryClient): Promise<void> {
  forgetSession(client);
  await Promise.all([client.prefetchQuery(appQuery), client.refetchQueries({ queryKey: ["texts"] })]);
}
