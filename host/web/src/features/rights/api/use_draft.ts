import { useState } from "react";
import { type Book, type Draft, type MatrixRole, type Word, withWord } from "./book";

const nothing: Draft = new Map();
const mostSteps = 200;

export interface DraftControl {
  draft: Draft;
  set: (book: Book, role: MatrixRole, permission: string, word: Word) => void;
  /** Another draft as one step. */
  replace: (draft: Draft) => void;
  undo: () => void;
  canUndo: boolean;
  /** Forgets all, and the steps to it. */
  clear: () => void;
}

/** Changes that wait to be saved, with the steps back. */
export function useDraft(): DraftControl {
  const [steps, setSteps] = useState<Draft[]>([nothing]);
  const draft = steps.at(-1) ?? nothing;
  const push = (next: (now: Draft) => Draft) =>
    setSteps((before) => {
      const now = before.at(-1) ?? nothing;
      return [...before.slice(-mostSteps), next(now)];
    });
  return {
    draft,
    set: (book, role, permission, word) => push((now) => withWord(now, book, role, permission, word)),
    replace: (next) => push(() => next),
    undo: () => setSteps((before) => (before.length > 1 ? before.slice(0, -1) : before)),
    canUndo: steps.length > 1,
    clear: () => setSteps([nothing]),
  };
}
