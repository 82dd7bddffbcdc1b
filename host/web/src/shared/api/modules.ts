import { queryOptions } from "@tanstack/react-query";
import type { Params } from "../i18n/messages";
import type { Problem } from "./api_error";
import { request } from "./request";

export type ModuleState = "active" | "inactive";
export type TrustLevel = "core" | "verified" | "community" | "private" | "development";
export type Risk = "low" | "moderate" | "high";
export type OperationKind = "install" | "upgrade" | "activate" | "deactivate" | "rollback" | "uninstall";
export type StageState = "pending" | "running" | "done" | "failed";

export interface ModuleVersion {
  version: string;
  digest: string;
  current?: boolean;
  previous?: boolean;
  installed_at?: string;
}

export interface PlanPermission {
  id: string;
  change?: "+" | "-" | "=";
  risk: Risk;
  label?: string;
  detail?: string;
}

export interface InstalledModule {
  id: string;
  version: string;
  name: string;
  description?: string;
  icon?: string;
  state: ModuleState;
  publisher?: { id?: string; name?: string } | string;
  trust: TrustLevel;
  key_id?: string;
  installed_at: string;
  versions: ModuleVersion[];
  mapped_bytes?: number;
  permissions?: PlanPermission[];
  log?: Operation[];
  /** Why an active module does not run. */
  problem?: Problem;
}

export interface StageLine {
  at: string;
  /** For scripts, in English; people read the text of `code` in their language. */
  text: string;
  code?: string;
  params?: Params;
}

export interface Stage {
  id: string;
  state: StageState;
  started_at?: string | null;
  took_ms?: number | null;
  lines?: StageLine[];
}

export interface Operation {
  id: string;
  kind: OperationKind;
  module: string;
  version?: string;
  digest?: string;
  state: "running" | "done" | "failed" | "undone";
  stage?: string;
  stages: Stage[];
  error?: Problem | null;
  started_by?: { id?: string; name?: string } | string | null;
  started_at: string;
  finished_at?: string | null;
}

export interface PlanTable {
  name: string;
  change: "+" | "~" | "-";
  rows?: number;
  columns: { name: string; type: string; change?: "+" | "~" | "-" }[];
  indexes?: number;
}

export interface PlanRight {
  role: string;
  /** An action, with a scope where it is not about all records: "edit.own". */
  actions: string[];
  change?: "+" | "-" | "=";
}

/** A kind of record, and what each role may do with it. */
export interface PlanEntity {
  /** Full name, for instance "tiers.company". */
  name: string;
  change: "+" | "~" | "-" | "=";
  label: string;
  fields: number;
  rights: PlanRight[];
}

export interface Plan {
  state: "open" | "approved" | "refused";
  digest: string;
  kind: OperationKind;
  module: {
    id: string;
    version: string;
    from_version?: string | null;
    name: string;
    description?: string;
    icon?: string;
  };
  created_at: string;
  created_by?: { id?: string; name?: string } | string | null;
  package?: { digest: string; size: number; files: number };
  trust: {
    level: TrustLevel;
    key_id?: string;
    signer?: string;
    signed_at?: string | null;
    checks?: { id: "digests" | "signature" | "revocation" | "abi"; ok: boolean }[];
  };
  permissions: PlanPermission[];
  tables: PlanTable[];
  entities?: PlanEntity[];
  menus: { change?: "+" | "-" | "="; label: string }[];
  settings: { change?: "+" | "-" | "="; key: string; label?: string; default?: unknown }[];
  hooks: { event: string; entity: string; function: string; order?: number; may_veto?: boolean }[];
  triggers?: { file?: string; on?: string[] }[];
  jobs?: { id: string; every?: string }[];
  depends: { id: string; version: string; ok: boolean }[];
  routes?: { method: string; path: string; permission?: string }[];
  reversible?: { until?: string | null; text?: string };
  estimates?: Record<string, number>;
  accept_required: string[];
  /** The operation that carries the plan out, once it was approved. */
  operation?: string | null;
}

export const moduleKeys = {
  all: ["modules"] as const,
  one: (id: string) => ["modules", "one", id] as const,
  settings: (id: string) => ["modules", "settings", id] as const,
  plan: (digest: string) => ["plans", digest] as const,
  operations: ["operations"] as const,
  operation: (id: string) => ["operations", id] as const,
};

const base = "/api/v1/modules";
const seg = encodeURIComponent;

export const modulesQuery = queryOptions({
  queryKey: moduleKeys.all,
  queryFn: async ({ signal }) => (await request<{ data: InstalledModule[] }>(base, { signal })).data,
});

export const moduleQuery = (id: string) =>
  queryOptions({
    queryKey: moduleKeys.one(id),
    queryFn: ({ signal }) => request<InstalledModule>(`${base}/${seg(id)}`, { signal }),
  });

export const planQuery = (digest: string) =>
  queryOptions({
    queryKey: moduleKeys.plan(digest),
    queryFn: ({ signal }) => request<Plan>(`${base}/plans/${seg(digest)}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

export const operationsQuery = queryOptions({
  queryKey: moduleKeys.operations,
  queryFn: async ({ signal }) =>
    (await request<{ data: Operation[] }>(`${base}/operations`, { signal })).data,
});

export const operationQuery = (id: string) =>
  queryOptions({
    queryKey: moduleKeys.operation(id),
    queryFn: ({ signal }) => request<Operation>(`${base}/operations/${seg(id)}`, { signal }),
  });

export const refusePlan = (digest: string) =>
  request<void>(`${base}/plans/${seg(digest)}`, { method: "DELETE" });

export const approvePlan = (digest: string, accept: string[]) =>
  request<Operation>(`${base}/plans/${seg(digest)}/approve`, { method: "POST", body: { accept } });

export type ModuleAction = "activate" | "deactivate" | "rollback";

export const runAction = (id: string, action: ModuleAction) =>
  request<Operation>(`${base}/${seg(id)}/${action}`, { method: "POST" });

export const uninstallModule = (id: string, data: "keep" | "purge") =>
  request<Operation>(`${base}/${seg(id)}/uninstall`, { method: "POST", body: { data } });
