import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

/** A file on its way. */
export interface Sending {
  name: string;
  size: number;
  /** 0 to 1; at 1 the server reads it. */
  share: number;
  stop: () => void;
}

export interface OneUpload {
  sending: Sending | undefined;
  send: (file: File) => void;
  /** Why the last one failed. One that was stopped has not failed. */
  error: Error | null;
  forget: () => void;
}

export type Upload<T> = (file: File, onProgress: (share: number) => void, signal: AbortSignal) => Promise<T>;

/** Sends one file at a time; `arrived` takes what the server made of it. */
export function useOneUpload<T>(upload: Upload<T>, arrived: (made: T) => void): OneUpload {
  const [sending, setSending] = useState<Sending>();
  const mutation = useMutation({
    mutationFn: (file: File) => {
      const stop = new AbortController();
      const state = { name: file.name, size: file.size, stop: () => stop.abort() };
      setSending({ ...state, share: 0 });
      return upload(file, (share) => setSending({ ...state, share }), stop.signal);
    },
    onSuccess: arrived,
    onSettled: () => setSending(undefined),
  });
  const stopped = mutation.error instanceof DOMException && mutation.error.name === "AbortError";
  return { sending, send: mutation.mutate, error: stopped ? null : mutation.error, forget: mutation.reset };
}
