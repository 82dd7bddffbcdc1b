import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { request } from "./request";

export interface PrivacyDocument {
  kind: string;
  version: number;
  title: string;
  /** CommonMark. */
  body: string;
  effective_at: string;
  required: boolean;
  state: "given" | "refused" | "open";
  /** Required, and not accepted: nothing else goes before. */
  pending: boolean;
}

export type RequestState = "waiting" | "running" | "done" | "failed" | "undone" | "removed";

export interface PrivacyRequest {
  id: string;
  user: string;
  kind: "export" | "erasure";
  state: RequestState;
  asked_at: string;
  due_at: string | null;
  done_at: string | null;
}

/** What an erasure did: how many records by entity and rows by table, what is left, and fields that could not be emptied. */
export interface ErasureReport {
  records?: Record<string, number>;
  tables?: Record<string, number>;
  kept?: string[];
  kept_fields?: Record<string, string[]>;
}

/** As those who manage them see them. */
export interface Erasure extends PrivacyRequest {
  report: ErasureReport | null;
  name: string | null;
  email: string | null;
  asked_by_name: string | null;
}

export interface Access {
  at: string;
  action: string;
  mine: boolean;
  by: string | null;
  fields: string[];
}

export interface AccessLog {
  data: Access[];
  meta: { page: number; page_size: number; total: number; pages: number };
}

export interface DocumentText {
  title: string;
  body: string;
}

export interface DocumentVersion {
  id: string;
  kind: string;
  version: number;
  texts: Record<string, DocumentText>;
  required: boolean;
  effective_at: string;
}

export type NewDocument = Pick<DocumentVersion, "kind" | "texts" | "required"> & { effective_at?: string };

/** What an erasure leaves, as this application has words for it. */
export const keptReasons = ["trail", "authorship", "consents", "records", "backups"] as const;

/** What is done to a record, as this application has words for it. */
export const accessActions = [
  "created",
  "updated",
  "deleted",
  "restored",
  "read",
  "read.file",
  "privacy.export_asked",
  "privacy.erasure_asked",
  "privacy.erasure_undone",
] as const;

const path = "/api/v1/privacy";
export const privacyKey = ["privacy"];

export const documentsQuery = queryOptions({
  queryKey: [...privacyKey, "documents"],
  queryFn: async ({ signal }) =>
    (await request<{ data: PrivacyDocument[] }>(`${path}/documents`, { signal })).data,
  staleTime: Number.POSITIVE_INFINITY,
});

/** While a copy is being made, the list looks again by itself. */
export const requestsQuery = queryOptions({
  queryKey: [...privacyKey, "requests"],
  queryFn: ({ signal }) =>
    request<{ data: PrivacyRequest[]; meta: { kept: string[] } }>(`${path}/requests`, { signal }),
  refetchInterval: ({ state }) =>
    state.data?.data.some((one) => one.kind === "export" && one.state === "waiting") ? 1_500 : false,
});

export const accessLogQuery = (page: number) =>
  queryOptions({
    queryKey: [...privacyKey, "access", page],
    queryFn: ({ signal }) => request<AccessLog>(`${path}/access-log?page=${page}`, { signal }),
    placeholderData: keepPreviousData,
  });

export const versionsQuery = queryOptions({
  queryKey: [...privacyKey, "versions"],
  queryFn: async ({ signal }) =>
    (await request<{ data: DocumentVersion[] }>(`${path}/versions`, { signal })).data,
});

export const erasuresQuery = queryOptions({
  queryKey: [...privacyKey, "erasures"],
  queryFn: ({ signal }) =>
    request<{ data: Erasure[]; meta: { kept: string[] } }>(`${path}/erasures`, { signal }),
});

export const copyFile = (id: string) => `${path}/requests/${encodeURIComponent(id)}/file`;

function useChange<Input>(mutationFn: (input: Input) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => client.invalidateQueries({ queryKey: privacyKey }) });
}

export const useAnswer = () =>
  useChange(({ document, given }: { document: PrivacyDocument; given: boolean }) =>
    request(`${path}/consents`, {
      method: "POST",
      body: { kind: document.kind, version: document.version, given },
    }),
  );

export const useAskCopy = () => useChange(() => request(`${path}/export`, { method: "POST" }));

/** The account is closed with the answer: nobody is signed in any more. */
export const askOwnErasure = (email: string) =>
  request(`${path}/erasure`, { method: "POST", body: { email } });

export const usePublish = () =>
  useChange((body: NewDocument) => request(`${path}/versions`, { method: "POST", body }));

export interface PersonFound {
  id: string;
  name: string;
  email: string;
}

/** Nobody where no account has the address. */
export async function findPerson(email: string): Promise<PersonFound | undefined> {
  const search = new URLSearchParams({ filter: `email == ${JSON.stringify(email.trim().toLowerCase())}` });
  return (await request<{ data: PersonFound[] }>(`/api/v1/identity/users?${search}`)).data[0];
}

export const useErase = () =>
  useChange((person: PersonFound) =>
    request(`${path}/erasures`, { method: "POST", body: { user: person.id, email: person.email } }),
  );

export const useUndoErasure = () =>
  useChange((id: string) => request(`${path}/erasures/${encodeURIComponent(id)}`, { method: "DELETE" }));
