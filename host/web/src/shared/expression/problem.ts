import { countCodePoints, lowerAscii } from "./code_points";

export type ErrorCode =
  | "entity.filter_syntax"
  | "entity.filter_unknown_field"
  | "entity.filter_unknown_function"
  | "entity.filter_type"
  | "entity.filter_value"
  | "entity.filter_limit"
  | "entity.filter_overflow";

/** What is wrong with an expression. The codes, parameters and English messages are the server's. */
export class ExpressionError extends Error {
  readonly code: ErrorCode;
  /** What holds the text: a query parameter, a key of a definition. */
  readonly field: string;
  /** From 1; columns count characters. */
  readonly line: number;
  readonly column: number;
  /** For the text in the reader's language: line, column and message; name and suggestion where there are. */
  readonly params: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, field: string, place: Place, message: string, extra: Record<string, string>) {
    super(message);
    this.name = "ExpressionError";
    this.code = code;
    this.field = field;
    this.line = place.line;
    this.column = place.column;
    this.params = { line: String(place.line), column: String(place.column), message, ...extra };
  }
}

interface Place {
  line: number;
  column: number;
}

/** The text that is compiled, and how its errors are made. Offsets are UTF-16 units of the text. */
export class Source {
  readonly text: string;
  readonly where: string;

  constructor(text: string, where: string) {
    this.text = text;
    this.where = where;
  }

  /** `message` has no full stop; `hint` is a sentence of its own, or empty. */
  problem(code: ErrorCode, offset: number, message: string, hint = "", extra: Record<string, string> = {}) {
    const place = this.place(offset);
    const at = this.text.includes("\n")
      ? ` at line ${place.line}, column ${place.column}.`
      : ` at column ${place.column}.`;
    const sentence = message + at + (hint === "" ? "" : ` ${hint}`);
    return new ExpressionError(code, this.where, place, sentence, extra);
  }

  syntax(offset: number, message: string, hint = "") {
    return this.problem("entity.filter_syntax", offset, message, hint);
  }

  wrongType(offset: number, message: string, hint = "") {
    return this.problem("entity.filter_type", offset, message, hint);
  }

  limit(offset: number, message: string) {
    return this.problem("entity.filter_limit", offset, message);
  }

  private place(offset: number): Place {
    const before = this.text.slice(0, offset);
    const lineStart = before.lastIndexOf("\n") + 1;
    return {
      line: before.split("\n").length,
      column: 1 + countCodePoints(before.slice(lineStart)),
    };
  }
}

/** How many bytes must be changed, added, left out or swapped with their neighbour. */
function distance(a: Uint8Array, b: Uint8Array): number {
  const rows: number[][] = [];
  const at = (i: number, j: number) => rows[i]?.[j] ?? 0;
  for (let i = 0; i <= a.length; i++) {
    const row: number[] = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      if (i === 0) {
        row.push(j);
        continue;
      }
      const same = a[i - 1] === b[j - 1];
      let least = Math.min(at(i - 1, j - 1) + (same ? 0 : 1), at(i - 1, j) + 1, at(i, j - 1) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, at(i - 2, j - 2) + 1);
      row.push(least);
    }
  }
  return at(a.length, b.length);
}

/** The name that was probably meant, or empty: at most a third of the letters differ. */
export function nearest(name: string, candidates: readonly string[]): string {
  const longest = 64;
  const bytes = (text: string) => new TextEncoder().encode(lowerAscii(text));
  const wanted = bytes(name);
  let best = "";
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of candidates) {
    const other = bytes(candidate);
    if (wanted.length > longest || other.length > longest) continue;
    const d = distance(wanted, other);
    if (d < bestDistance) {
      best = candidate;
      bestDistance = d;
    }
  }
  return best;
}

/** "a, b, c and 12 more", quoted when asked. */
export function listing(names: readonly string[], quoted: boolean): string {
  const shown = 25;
  const list = names.slice(0, shown).map((name) => (quoted ? `"${name}"` : name));
  const more = names.length > shown ? ` and ${names.length - shown} more` : "";
  return list.join(", ") + more;
}
