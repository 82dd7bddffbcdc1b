import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { request } from "../../../shared/api/request";

export type MailState = "waiting" | "sent" | "dead";
export const mailStates: MailState[] = ["waiting", "sent", "dead"];

export interface MailMessage {
  id: string;
  kind: string;
  recipient: string;
  language: string;
  subject: string;
  state: MailState;
  attempts: number;
  /** Of one that waits. */
  next_at: string | null;
  created_at: string;
  sent_at: string | null;
  /** Why the last attempt failed, in the reader's language. */
  error: string | null;
}

export interface MailList {
  data: MailMessage[];
  meta: {
    page: number;
    page_size: number;
    total: number;
    pages: number;
    waiting: number;
    sent: number;
    dead: number;
    server: string | null;
    /** Why mail cannot be sent as things are set up. */
    problem: string | null;
  };
}

export interface MailAsk {
  state: MailState | "";
  page: number;
}

export interface MailSetting {
  key: string;
  value: string | number | null;
  secret: boolean;
  set: boolean;
}

const path = "/api/v1/mail";
const listKey = ["mail", "list"];
const pageSize = 50;

/** While something waits, the list looks again by itself. */
export const mailQuery = (ask: MailAsk) =>
  queryOptions({
    queryKey: [...listKey, ask],
    queryFn: ({ signal }) => {
      const search = new URLSearchParams({ page: String(ask.page), page_size: String(pageSize) });
      if (ask.state) search.set("state", ask.state);
      return request<MailList>(`${path}?${search}`, { signal });
    },
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data && state.data.meta.waiting > 0 ? 2_000 : false),
  });

export const mailSettingsQuery = queryOptions({
  queryKey: ["mail", "settings"],
  queryFn: async ({ signal }) =>
    (await request<{ data: MailSetting[] }>(`${path}/settings`, { signal })).data,
});

function useChange<Input>(mutationFn: (input: Input) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => client.invalidateQueries({ queryKey: ["mail"] }) });
}

export const useSaveMailSettings = () =>
  useChange((changes: Record<string, string | number | null>) =>
    request(`${path}/settings`, { method: "PATCH", body: changes }),
  );

export const useSendTest = () =>
  useChange((to: string) => request(`${path}/test`, { method: "POST", body: { to } }));

export const useRetry = () =>
  useChange((id: string) => request(`${path}/${encodeURIComponent(id)}/retry`, { method: "POST" }));
