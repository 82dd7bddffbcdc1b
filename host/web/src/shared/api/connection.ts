import { useSyncExternalStore } from "react";

/** Whether the server answers, and since when it does not. */
export interface Connection {
  /** When the silence began (ms since the epoch); undefined while the server answers. */
  silentSince: number | undefined;
  /** The channel for live events is open. */
  live: boolean;
  /** Last sign of life of the server, ms since the epoch. */
  heardAt: number;
}

let state: Connection = { silentSince: undefined, live: false, heardAt: Date.now() };
const listeners = new Set<() => void>();

function change(next: Partial<Connection>): void {
  state = { ...state, ...next };
  for (const listener of listeners) listener();
}

/** Answers come often; the moment is kept to five seconds so that not each one redraws the frame. */
export function noteAnswer(): void {
  const now = Date.now();
  if (state.silentSince !== undefined || now - state.heardAt > 5000)
    change({ silentSince: undefined, heardAt: now });
}

export function noteSilence(): void {
  if (state.silentSince === undefined) change({ silentSince: Date.now() });
}

export function noteLive(live: boolean): void {
  if (state.live !== live) change({ live, heardAt: live ? Date.now() : state.heardAt });
}

window.addEventListener("offline", noteSilence);

export function useConnection(): Connection {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}
