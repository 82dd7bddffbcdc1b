import { queryOptions } from "@tanstack/react-query";
import { request } from "./request";

export type ProofMethod = "password" | "totp" | "backup";

export interface ProofState {
  confirmed: boolean;
  methods: ProofMethod[];
}

export const proofQuery = queryOptions({
  queryKey: ["proof"],
  queryFn: ({ signal }) => request<ProofState>("/api/v1/auth/confirm", { signal }),
  gcTime: 0,
});

export function prove(method: ProofMethod, typed: string): Promise<void> {
  const body = method === "password" ? { password: typed } : { method, code: typed };
  return request("/api/v1/auth/confirm", { method: "POST", body });
}
