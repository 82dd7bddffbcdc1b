import { useMutation, useQueryClient } from "@tanstack/react-query";
import { request } from "../../../shared/api/request";
import { rightsKey } from "../../../shared/api/rights";
import type { Word } from "./book";

export const roleFileAddress = "/api/v1/identity/roles/file";
export const roleFileName = "opsflux-roles.json";

/** What a file of roles does, or would do. */
export interface RoleFileReport {
  roles: {
    key: string;
    name: string;
    action: "create" | "change" | "same";
    /** Of name, description and inherits those that change. */
    fields: string[];
    rights: { permission: string; label: string; before: Word; after: Word; known: boolean }[];
  }[];
  /** Rights that no module here knows; they are kept for when one comes. */
  unknown: string[];
}

export const tryRoleFile = (file: unknown) =>
  request<RoleFileReport>(`${roleFileAddress}?trial=true`, { method: "POST", body: file });

export function useImportRoles() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (file: unknown) => request<RoleFileReport>(roleFileAddress, { method: "POST", body: file }),
    onSuccess: () => client.invalidateQueries({ queryKey: rightsKey }),
  });
}
