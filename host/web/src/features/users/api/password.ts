import { request } from "../../../shared/api/request";

export function setPassword(userId: string, password: string): Promise<void> {
  return request(`/api/v1/identity/users/${encodeURIComponent(userId)}/password`, {
    method: "POST",
    body: { password },
  });
}
