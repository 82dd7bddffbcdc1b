import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { request } from "../../../shared/api/request";

export interface OpenSession {
  id: string;
  /** The one that asks. */
  current: boolean;
  kind: "browser" | "token";
  device: "computer" | "phone" | "tablet" | "program";
  /** Names as their makers write them; empty: not recognised. */
  browser: string;
  system: string;
  user_agent: string;
  address: string;
  place: string;
  created_at: string;
  last_used_at: string;
  expires_at: string;
}

export interface SessionAnswer {
  data: OpenSession[];
  meta: { last_login_at: string | null; last_seen_at: string | null };
}

const key = (userId: string | undefined) => ["sessions", userId ?? "own"];

function pathOf(userId: string | undefined): string {
  return userId ? `/api/v1/identity/users/${encodeURIComponent(userId)}/sessions` : "/api/v1/auth/sessions";
}

/** One's own sessions, or, for administrators, those of somebody else. */
export const sessionsQuery = (userId?: string) =>
  queryOptions({
    queryKey: key(userId),
    queryFn: ({ signal }) => request<SessionAnswer>(pathOf(userId), { signal }),
    refetchInterval: 30_000,
  });

/** Ends one session, or all others when none is named. */
export function useEndSession(userId?: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string | undefined) => {
      if (id) return request(`${pathOf(userId)}/${encodeURIComponent(id)}`, { method: "DELETE" });
      if (userId) return request(pathOf(userId), { method: "DELETE" });
      return request(`${pathOf(undefined)}/end-others`, { method: "POST" });
    },
    onSettled: () => client.invalidateQueries({ queryKey: key(userId) }),
  });
}
