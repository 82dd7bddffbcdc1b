import type { FileInfo } from "@opsflux/ui";
import { useRef, useState } from "react";
import { sendFile } from "../../../shared/api/files";

export interface Sending {
  key: number;
  name: string;
  size: number;
  /** 0 to 1; at 1 the server looks at it. */
  share: number;
  error?: unknown;
  stop: () => void;
}

const atOnce = 3;

/** Puts tasks one behind the other, a few at a time. */
export function queueOf(most: number) {
  const waiting: (() => Promise<unknown>)[] = [];
  let running = 0;
  const next = () => {
    const task = running < most ? waiting.shift() : undefined;
    if (!task) return;
    running += 1;
    void task().finally(() => {
      running -= 1;
      next();
    });
    next();
  };
  return (task: () => Promise<unknown>) => {
    waiting.push(task);
    next();
  };
}

export interface Uploads {
  sending: Sending[];
  send: (files: Iterable<File>) => void;
  /** Forgets one that failed. */
  dismiss: (key: number) => void;
}

/**
 * Sends files, a few at a time, and tells how far each is. `arrived` takes what came of one; what it throws
 * is shown as that file's failure. `refuse` gives the reason why a file is not sent at all.
 */
export function useUploads(
  arrived: (file: FileInfo) => unknown,
  refuse?: (file: File) => Error | undefined,
): Uploads {
  const [sending, setSending] = useState<Sending[]>([]);
  const queue = useRef<ReturnType<typeof queueOf>>(undefined);
  const count = useRef(0);
  // The one that is current when a file has arrived, which may be long after it was sent.
  const latest = useRef(arrived);
  latest.current = arrived;
  queue.current ??= queueOf(atOnce);

  const dismiss = (key: number) => setSending((all) => all.filter((one) => one.key !== key));
  const change = (key: number, part: Partial<Sending>) =>
    setSending((all) => all.map((one) => (one.key === key ? { ...one, ...part } : one)));

  const start = (file: File) => {
    const key = count.current++;
    const stop = new AbortController();
    const error = refuse?.(file);
    setSending((all) => [
      ...all,
      { key, name: file.name, size: file.size, share: 0, error, stop: () => stop.abort() },
    ]);
    if (error) return;
    queue.current?.(async () => {
      try {
        stop.signal.throwIfAborted();
        const made = await sendFile(file, (share) => change(key, { share }), stop.signal);
        await latest.current(made);
        dismiss(key);
      } catch (failure) {
        if (stop.signal.aborted) dismiss(key);
        else change(key, { error: failure });
      }
    });
  };
  return { sending, dismiss, send: (files) => [...files].forEach(start) };
}
