import { queryOptions } from "@tanstack/react-query";
import type { LanguageCode } from "../i18n/messages";
import { request } from "./request";
import type { LogInAnswer } from "./session";

/** What the log-in page may offer. */
export interface SignInOptions {
  /** A new password by a mailed link. */
  reset: boolean;
  /** Signing in by a mailed link. */
  magic: boolean;
  /** Who has no account may ask for one. */
  closed: boolean;
}

export const optionsQuery = queryOptions({
  queryKey: ["sign_in_options"],
  queryFn: ({ signal }) => request<SignInOptions>("/api/v1/auth/options", { signal }),
  retry: false,
});

/** Both succeed whether there is such an account or not. */
export const askReset = (email: string) => request("/api/v1/auth/reset", { method: "POST", body: { email } });
export const askMagic = (email: string) => request("/api/v1/auth/magic", { method: "POST", body: { email } });

export interface AccessWish {
  email: string;
  name: string;
  reason: string;
  language: LanguageCode;
}
export const askAccess = (wish: AccessWish) =>
  request("/api/v1/auth/access-requests", { method: "POST", body: wish });

export const confirmReset = (token: string, newPassword: string) =>
  request("/api/v1/auth/reset/confirm", { method: "POST", body: { token, new_password: newPassword } });
export const confirmMagic = (token: string) =>
  request<LogInAnswer>("/api/v1/auth/magic/confirm", { method: "POST", body: { token } });

/** The secret of a mailed link. It stands after the #, which browsers send to nobody. */
export const tokenIn = (hash: string, name = "token"): string =>
  new URLSearchParams(hash.replace(/^#/, "")).get(name) ?? "";

export interface Invitation {
  /** Empty: the link is for whoever has it. */
  email: string;
  /** Its name; empty: none. */
  company: string;
  language: LanguageCode;
  inviter: string;
}

export const readInvitation = (token: string) =>
  request<Invitation>("/api/v1/auth/invitation", { method: "POST", body: { token } });

export interface Acceptance {
  token: string;
  /** Where the invitation names none. */
  email?: string;
  name: string;
  password: string;
  language: LanguageCode;
}

export const acceptInvitation = (form: Acceptance) =>
  request<LogInAnswer | { sent_to: string }>("/api/v1/auth/invitation/accept", {
    method: "POST",
    body: form,
  });

export const confirmInvitation = (token: string) =>
  request<LogInAnswer>("/api/v1/auth/invitation/confirm", { method: "POST", body: { token } });
