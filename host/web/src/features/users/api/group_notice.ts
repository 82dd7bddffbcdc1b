import { queryOptions } from "@tanstack/react-query";
import { request } from "../../../shared/api/request";

const pathOf = (group: string) => `/api/v1/identity/groups/${encodeURIComponent(group)}/notice`;

/** Whether one may write to everybody in the group, and to how many. */
export const mayTellQuery = (group: string) =>
  queryOptions({
    queryKey: ["group_notice", group],
    queryFn: ({ signal }) => request<{ may: boolean; people: number | null }>(pathOf(group), { signal }),
  });

export function tellGroup(group: string, words: { subject: string; text: string }) {
  return request<{ people: number }>(pathOf(group), { method: "POST", body: words });
}
