/**
 * Words as the server's search has them (host/base/fold.hpp): without case and accents, compatibility forms as plain
 * ones, Chinese and Japanese characters and signs such as emoji each for itself.
 */

const ofWord = /[\p{L}\p{N}\p{So}\p{Mc}]/u;
const alone = /[\p{So}\u3040-\u312f\u3400-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]/u;
const dropped = /[\p{M}\p{Default_Ignorable_Code_Point}]/gu;
/** Of a longer word the server compares the first ones. */
const longest = 64;

const fold = (point: string) => point.normalize("NFKD").replace(dropped, "").toUpperCase().toLowerCase();

interface Token {
  folded: string;
  start: number;
  /** Where in the text each unit of `folded` ends. */
  ends: number[];
}

function tokensOf(text: string): Token[] {
  const out: Token[] = [];
  let open: Token | undefined;
  let last: Token | undefined;
  let at = 0;
  for (const point of text) {
    const start = at;
    at += point.length;
    const folded = fold(point);
    // A mark belongs to the letter before it.
    if (folded === "" && last) last.ends[last.ends.length - 1] = at;
    for (const part of folded) {
      if (!ofWord.test(part)) {
        open = undefined;
        last = undefined;
        continue;
      }
      const single = alone.test(part);
      if (!open || single) {
        open = { folded: "", start, ends: [] };
        out.push(open);
      }
      open.folded += part;
      for (let unit = 0; unit < part.length; unit += 1) open.ends.push(at);
      last = open;
      if (single) open = undefined;
    }
  }
  return out;
}

/** What a search for this looks for, each once. */
export function termsOf(text: string): string[] {
  return [...new Set(tokensOf(text).map(({ folded }) => [...folded].slice(0, longest).join("")))];
}

/** A piece of a text, and whether it is what was looked for. */
export interface Piece {
  text: string;
  found: boolean;
}

/** The text in pieces: those with which a word begins that one of the terms begins, and the rest. */
export function piecesOf(text: string, terms: string[]): Piece[] {
  const out: Piece[] = [];
  const add = (from: number, to: number, found: boolean) => {
    if (from === to) return;
    const before = out.at(-1);
    if (before?.found === found) before.text += text.slice(from, to);
    else out.push({ text: text.slice(from, to), found });
  };
  let done = 0;
  for (const { folded, start, ends } of terms.length > 0 ? tokensOf(text) : []) {
    const lengths = terms.filter((term) => folded.startsWith(term)).map((term) => term.length);
    const end = ends[Math.max(0, ...lengths) - 1];
    if (end === undefined || end <= done) continue;
    add(done, start, false);
    add(start, end, true);
    done = end;
  }
  add(done, text.length, false);
  return out;
}
