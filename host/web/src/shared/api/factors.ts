import { queryOptions } from "@tanstack/react-query";
import { request } from "./request";

/** What an authenticator application shows codes for, or where codes are sent. */
export type FactorKind = "totp" | SentKind;
export type SentKind = "email" | "sms";

/** What an authenticator application is set up with. */
export interface Enrolment {
  id?: string;
  /** For whoever cannot scan. */
  secret: string;
  uri: string;
  /** The side in modules, and an SVG path of the dark ones. */
  qr: { size: number; path: string };
}

/** A code is on its way. */
export interface SentCode {
  id?: string;
  kind: SentKind;
  /** Enough of the address or number to know which one it is. */
  sent_to: string;
}

export interface FactorWish {
  kind: FactorKind;
  label?: string;
  /** For SMS. */
  number?: string;
}

export interface Factor {
  id: string;
  kind: FactorKind;
  label: string;
  /** Where its codes go; empty for an application. */
  place: string;
  confirmed_at: string;
  last_used_at: string | null;
}

export interface Factors {
  factors: Factor[];
  /** How many are left. */
  backup_codes: number;
  /** The user's role asks for a second factor. */
  required: boolean;
  /** Which may be set up now. */
  kinds: FactorKind[];
}

export interface TrustedDevice {
  id: string;
  agent: string;
  first_seen: string;
  last_seen: string;
  trusted_until: string;
  current: boolean;
}

export const factorsQuery = queryOptions({
  queryKey: ["auth", "factors"],
  queryFn: ({ signal }) => request<Factors>("/api/v1/auth/factors", { signal }),
});

export const devicesQuery = queryOptions({
  queryKey: ["auth", "devices"],
  queryFn: ({ signal }) => request<{ data: TrustedDevice[] }>("/api/v1/auth/devices", { signal }),
});

const path = (id: string, action: string) => `/api/v1/auth/factors/${encodeURIComponent(id)}/${action}`;

export function addFactor(password: string, wish: FactorWish): Promise<Enrolment | SentCode> {
  return request("/api/v1/auth/factors", { method: "POST", body: { password, ...wish } });
}

/** Backup codes come with the first factor. */
export function confirmFactor(id: string, code: string): Promise<{ backup_codes: string[] }> {
  return request(path(id, "confirm"), { method: "POST", body: { code } });
}

export function removeFactor(id: string, password: string): Promise<void> {
  return request(path(id, "remove"), { method: "POST", body: { password } });
}

export function replaceBackupCodes(password: string): Promise<{ backup_codes: string[] }> {
  return request("/api/v1/auth/backup-codes", { method: "POST", body: { password } });
}

export function removeDevice(id: string): Promise<void> {
  return request(`/api/v1/auth/devices/${encodeURIComponent(id)}`, { method: "DELETE" });
}
