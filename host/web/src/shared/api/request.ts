import type { RequestOptions } from "@opsflux/ui";
import { ApiError, type Problem, unreachable, unreadable } from "./api_error";
import { noteAnswer, noteSilence } from "./connection";

/** Marks requests of the browser session, which a page of another origin cannot send. */
const clientHeader = { "X-Opsflux-Client": "web" };

type LostListener = () => void;
const lostListeners = new Set<LostListener>();

/** Called when the session has ended and could not be renewed. */
export function onSessionLost(listener: LostListener): () => void {
  lostListeners.add(listener);
  return () => lostListeners.delete(listener);
}

/** To be called when a refusal shows that nobody is signed in here any more. */
export function loseSession(): void {
  for (const listener of lostListeners) listener();
}

const consentListeners = new Set<LostListener>();

/** Called when a document has to be accepted before anything else. */
export function onConsentNeeded(listener: LostListener): () => void {
  consentListeners.add(listener);
  return () => consentListeners.delete(listener);
}

let renewal: Promise<boolean> | undefined;

/** Renews the session by its cookie; callers at the same time share one attempt. */
export function renewSession(): Promise<boolean> {
  renewal ??= fetch("/api/v1/auth/refresh", { method: "POST", headers: clientHeader })
    .then((answer) => answer.ok)
    .catch(() => false)
    .finally(() => {
      renewal = undefined;
    });
  return renewal;
}

/** Asks the person to prove who he is; false: he would rather not. */
type ProofAsker = () => Promise<boolean>;
let askForProof: ProofAsker | undefined;
let proving: Promise<boolean> | undefined;

/** Who asks when the server wants a new proof; requests at the same time share one question. */
export function onProofNeeded(asker: ProofAsker): () => void {
  askForProof = asker;
  return () => {
    if (askForProof === asker) askForProof = undefined;
  };
}

function prove(): Promise<boolean> {
  proving ??= (askForProof?.() ?? Promise.resolve(false)).finally(() => {
    proving = undefined;
  });
  return proving;
}

function init(options: RequestOptions): RequestInit {
  const method = options.method ?? "GET";
  // The language of the page, which may be another one than the browser's.
  const language = document.documentElement.lang || "fr";
  const headers: Record<string, string> = {
    Accept: "application/json",
    "Accept-Language": language,
    ...options.headers,
  };
  if (method !== "GET") Object.assign(headers, clientHeader);
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  return {
    method,
    headers,
    credentials: "same-origin",
    body: options.body === undefined ? undefined : JSON.stringify(options.body),
    signal: options.signal,
  };
}

export async function send(path: string, options: RequestOptions = {}): Promise<Response> {
  try {
    const answer = await fetch(path, init(options));
    noteAnswer();
    return answer;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    noteSilence();
    throw new ApiError(0, { code: unreachable });
  }
}

async function parse(answer: Response): Promise<unknown> {
  const text = await answer.text();
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(answer.status, { code: unreadable });
  }
}

export function toError(status: number, body: unknown): ApiError {
  return new ApiError(status, typeof body === "object" && body !== null ? (body as Problem) : {});
}

/** Log-in and set-up answer 401 for a wrong password or link: nothing to renew then. */
function mayRenew(path: string): boolean {
  return !/^\/api\/v1\/(auth\/(login(\/.*)?|refresh|logout|password\/check|(reset|magic)(\/confirm)?|invitation(\/accept)?)|setup)$/.test(
    path,
  );
}

async function answered(path: string, options: RequestOptions): Promise<Response> {
  let answer = await send(path, options);
  if (answer.status === 401 && mayRenew(path)) {
    if (await renewSession()) answer = await send(path, options);
    if (answer.status === 401) loseSession();
  }
  if (answer.ok) return answer;
  const refusal = toError(answer.status, await parse(answer).catch(() => undefined));
  if (refusal.code === "privacy.consent_needed") for (const listener of consentListeners) listener();
  if (refusal.code !== "identity.confirm_needed" || !(await prove())) throw refusal;
  return answered(path, options);
}

/** Calls the REST interface: JSON in and out, ApiError on refusal, the session renewed once when it has expired. */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  return (await parse(await answered(path, options))) as T;
}

/** The same for an answer that is a file. */
export async function requestFile(path: string): Promise<Blob> {
  return (await answered(path, { headers: { Accept: "*/*" } })).blob();
}

/** Sends a file and tells how much has left, from 0 to 1. The session is renewed once, as for other requests. */
export async function upload<T>(
  path: string,
  file: Blob,
  onProgress: (share: number) => void,
  signal?: AbortSignal,
  type = "application/zip",
): Promise<T> {
  const sending = () => sendFile<T>(path, file, type, onProgress, signal);
  try {
    return await sending();
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    if (await renewSession()) return await sending();
    loseSession();
    throw error;
  }
}

function sendFile<T>(
  path: string,
  file: Blob,
  type: string,
  onProgress: (share: number) => void,
  signal?: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open("POST", path);
    call.setRequestHeader("Content-Type", type);
    call.setRequestHeader("Accept", "application/json");
    call.setRequestHeader("Accept-Language", document.documentElement.lang || "fr");
    for (const [name, value] of Object.entries(clientHeader)) call.setRequestHeader(name, value);
    call.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    call.onerror = () => reject(new ApiError(0, { code: unreachable }));
    call.onabort = () => reject(new DOMException("aborted", "AbortError"));
    call.onload = () => {
      const ok = call.status >= 200 && call.status < 300;
      try {
        const body: unknown = call.responseText === "" ? undefined : JSON.parse(call.responseText);
        if (ok) resolve(body as T);
        else reject(toError(call.status, body));
      } catch {
        reject(new ApiError(call.status, { code: unreadable }));
      }
    };
    signal?.addEventListener("abort", () => call.abort());
    call.send(file);
  });
}
