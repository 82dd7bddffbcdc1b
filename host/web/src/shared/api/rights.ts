import { queryOptions } from "@tanstack/react-query";
import type { User } from "./app";
import { isAdministrator } from "./app";
import { entityKey } from "./records";
import { request } from "./request";

/** For which records a right holds, the widest first. */
export const scopes = ["all", "company", "department", "own"] as const;
export type Scope = (typeof scopes)[number];

/** What is kept by the name of roles, so that each change of a role asks for it anew. */
export const rightsKey = entityKey("identity.role");

export interface Permission {
  id: string;
  module: string;
  module_label: string;
  entity: string | null;
  entity_label: string | null;
  action: string;
  action_label: string;
  label: string;
  class: "plain" | "tenant" | "instance";
  risk: "low" | "moderate" | "high" | null;
  /** What modules give, by the key of a role. */
  defaults: Record<string, Scope>;
  /** The right that it goes with, as far as nothing else is decided; its defaults are the same. */
  follows: string | null;
}

export const permissionsQuery = queryOptions({
  queryKey: [...rightsKey, "permissions"],
  queryFn: async ({ signal }) =>
    (await request<{ data: Permission[] }>("/api/v1/identity/permissions", { signal })).data,
});

export function maySeeRoles(user: User): boolean {
  return isAdministrator(user) || (user.permissions ?? []).includes("identity.role.view");
}

export interface Named {
  id: string;
  name: string;
}

export interface NamedRole extends Named {
  key: string;
}

export interface Reason {
  how: "user" | "group" | "company";
  company: Named | null;
  group: Named | null;
  member_of: Named | null;
  in_company: boolean;
  roles: NamedRole[];
  grant: "everything" | "set" | "default";
  scope: Scope;
  narrowed_from: Scope | null;
  set_by: { at: string; id: string | null; name: string | null } | null;
  wins: boolean;
}

export interface Explained {
  user: Named & { active: boolean };
  permission: { id: string; label: string };
  scope: Scope | null;
  text: string | null;
  reasons: Reason[];
  would: (NamedRole & { scope: Scope })[];
  record: {
    id: string;
    covered: boolean;
    by: "all" | "own" | "scope" | "share" | "whole" | null;
    deleted: boolean;
    creator: string | null;
    creator_name?: string;
  } | null;
}

export const explainQuery = (person: string, permission: string, record?: string) =>
  queryOptions({
    queryKey: [...rightsKey, "explain", person, permission, record ?? ""],
    queryFn: ({ signal }) => {
      const search = new URLSearchParams({ permission, ...(record ? { record } : {}) });
      return request<Explained>(
        `/api/v1/identity/users/${encodeURIComponent(person)}/rights/explain?${search}`,
        { signal },
      );
    },
    // Rights change by what others do; what was told a while ago may be true no longer.
    staleTime: 0,
  });

export interface WhoMay {
  data: (Named & { scope: Scope })[];
  meta: { total: number; truncated: boolean };
}

export const whoMayQuery = (permission: string, record: string) =>
  queryOptions({
    queryKey: [...rightsKey, "who", permission, record],
    queryFn: ({ signal }) =>
      request<WhoMay>(
        `/api/v1/identity/permissions/${encodeURIComponent(permission)}/people?${new URLSearchParams({ record })}`,
        { signal },
      ),
    staleTime: 0,
  });

export interface SeesEvery extends Named {
  /** A right for all records of an entity that belongs to companies. */
  permission: string;
}

/** Who sees every company; for administrators. */
export const everyCompanyQuery = queryOptions({
  queryKey: [...rightsKey, "every_company"],
  queryFn: ({ signal }) =>
    request<{ data: SeesEvery[]; meta: WhoMay["meta"] }>("/api/v1/identity/every-company", { signal }),
  staleTime: 0,
});

export interface PersonRights {
  user: Named & { active: boolean };
  administrator: boolean;
  roles: (NamedRole & { group: Named | null })[];
  permissions: { id: string; scope: Scope; text: string }[];
}

export const personRightsQuery = (person: string) =>
  queryOptions({
    queryKey: [...rightsKey, "of", person],
    queryFn: ({ signal }) =>
      request<PersonRights>(`/api/v1/identity/users/${encodeURIComponent(person)}/rights`, { signal }),
    staleTime: 0,
  });
