import { request } from "../../../shared/api/request";

/** Gives the key a new secret, which is told this once; the one before stays valid for so many hours. */
export function giveSecret(keyId: string, overlapHours: number): Promise<{ key: string }> {
  return request(`/api/v1/identity/api_keys/${encodeURIComponent(keyId)}/secret`, {
    method: "POST",
    body: { overlap_hours: overlapHours },
  });
}
