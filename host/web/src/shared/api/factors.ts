import { queryOptions } from "@tanstack/react-query";
import { request } from "./request";

/** What an authenticator application is set up with. */
export interface Enrolment {
  id?: string;
  /** For whoever cannot scan. */
  secret: string;
  uri: string;
  /** The side in modules, and an SVG path of the dark ones. */
  qr: { size: number; path: string };
}

export interface Factor {
  id: string;
  kind: "totp";
  label: string;
  confirmed_at: string;
  last_used_at: string | null;
}

export interface Factors {
  factors: Factor[];
  /** How many are left. */
  backup_codes: number;
  /** The user's role asks for a second factor. */
  required: boolean;
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

export function addFactor(password: string, label: string): Promise<Enrolment> {
  return request("/api/v1/auth/factors", { method: "POST", body: { password, label } });
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
