import { useEffect, useState } from "react";
import { request } from "./request";

export type PasswordHint = "common" | "own" | "repeat" | "sequence" | "keyboard" | "date" | "short";

export interface PasswordJudgement {
  score: number;
  acceptable: boolean;
  /** The code of the refusal. */
  reason: string;
  hints: PasswordHint[];
}

/** Whose password it is to be: names and addresses do not make it stronger. */
export interface PasswordOwner {
  name?: string;
  email?: string;
}

const waitMs = 300;

/** The server's judgement of a password, asked for once the typing rests. */
export function usePasswordCheck(password: string, owner: PasswordOwner): PasswordJudgement | undefined {
  const [judged, setJudged] = useState<{ password: string; judgement: PasswordJudgement }>();
  const { name, email } = owner;
  useEffect(() => {
    if (password === "") return;
    const call = new AbortController();
    const timer = setTimeout(() => {
      const body = { password, name, email };
      request<PasswordJudgement>("/api/v1/auth/password/check", { method: "POST", body, signal: call.signal })
        .then((judgement) => setJudged({ password, judgement }))
        // Without an answer there is no meter; whoever sends the form is told all the same.
        .catch(() => undefined);
    }, waitMs);
    return () => {
      clearTimeout(timer);
      call.abort();
    };
  }, [password, name, email]);
  return password === "" ? undefined : judged?.judgement;
}
