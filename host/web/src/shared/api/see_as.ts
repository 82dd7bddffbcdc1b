import { request } from "./request";

export function seeAs(userId: string, writes: boolean): Promise<void> {
  return request(`/api/v1/identity/users/${encodeURIComponent(userId)}/${writes ? "act-as" : "see-as"}`, {
    method: "POST",
  });
}

export function comeBack(): Promise<void> {
  return request("/api/v1/auth/see-as", { method: "DELETE" });
}
