import { request } from "../../../shared/api/request";

export function setPassword(userId: string, password: string, temporary: boolean): Promise<void> {
  return request(`/api/v1/identity/users/${encodeURIComponent(userId)}/password`, {
    method: "POST",
    body: { password, temporary },
  });
}

/** For somebody who lost the telephone and the codes on paper. */
export function removeFactors(userId: string): Promise<void> {
  return request(`/api/v1/identity/users/${encodeURIComponent(userId)}/factors`, { method: "DELETE" });
}
