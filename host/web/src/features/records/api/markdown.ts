/** What the buttons of the text editor write. */
export type Mark = "bold" | "italic" | "heading" | "list" | "numbers" | "quote" | "code" | "link";

/** A text and what is selected in it. */
export interface Selected {
  text: string;
  from: number;
  to: number;
}

const around: Partial<Record<Mark, string>> = { bold: "**", italic: "*", code: "`" };
const before: Partial<Record<Mark, (line: number) => string>> = {
  heading: () => "## ",
  list: () => "- ",
  numbers: (line) => `${line + 1}. `,
  quote: () => "> ",
};

/** Puts the sign around the selection, or takes it away where it stands already. */
function wrapped({ text, from, to }: Selected, sign: string): Selected {
  const inside = text.slice(from, to);
  const length = sign.length;
  const stands = text.slice(from - length, from) === sign && text.slice(to, to + length) === sign;
  if (stands && from >= length)
    return {
      text: text.slice(0, from - length) + inside + text.slice(to + length),
      from: from - length,
      to: to - length,
    };
  return {
    text: text.slice(0, from) + sign + inside + sign + text.slice(to),
    from: from + length,
    to: to + length,
  };
}

/** Puts a sign before each selected line, or takes it away where all have it. */
function prefixed({ text, from, to }: Selected, sign: (line: number) => string): Selected {
  const start = text.lastIndexOf("\n", from - 1) + 1;
  const after = text.indexOf("\n", to);
  const end = after < 0 ? text.length : after;
  const lines = text.slice(start, end).split("\n");
  const all = lines.every((line, at) => line.startsWith(sign(at)));
  const next = lines.map((line, at) => (all ? line.slice(sign(at).length) : sign(at) + line)).join("\n");
  return { text: text.slice(0, start) + next + text.slice(end), from: start, to: start + next.length };
}

export function marked(mark: Mark, selected: Selected): Selected {
  const sign = around[mark];
  if (sign !== undefined) return wrapped(selected, sign);
  const prefix = before[mark];
  if (prefix) return prefixed(selected, prefix);
  const { text, from, to } = selected;
  const address = "https://";
  const label = text.slice(from, to);
  const begin = from + label.length + 3;
  return {
    text: `${text.slice(0, from)}[${label}](${address})${text.slice(to)}`,
    from: begin,
    to: begin + address.length,
  };
}
