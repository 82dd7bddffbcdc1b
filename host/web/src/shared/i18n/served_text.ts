/**
 * Texts that the server serves are written in its small part of ICU's message format: `{name}`, and
 * `{name, plural, one{# fichier} other{# fichiers}}`, where `#` is the number as the language writes it.
 */
import type { Format } from "./format";
import type { Params } from "./messages";

/** The place of the brace that closes the one at `open`; -1 when there is none. */
function closingBrace(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === "{") depth += 1;
    if (text[at] === "}") {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return -1;
}

/** The branches of a plural by their category. */
function branches(text: string): Map<string, string> {
  const out = new Map<string, string>();
  let rest = text;
  for (let open = rest.indexOf("{"); open >= 0; open = rest.indexOf("{")) {
    const close = closingBrace(rest, open);
    if (close < 0) break;
    out.set(rest.slice(0, open).trim(), rest.slice(open + 1, close));
    rest = rest.slice(close + 1);
  }
  return out;
}

export class ServedText {
  readonly #format: Format;
  readonly #plural: Intl.PluralRules;

  constructor(language: string, format: Format) {
    this.#format = format;
    this.#plural = new Intl.PluralRules(language);
  }

  /** A placeholder without a parameter stays as written, so that it is noticed. */
  render(message: string, params: Params | undefined): string {
    return params ? this.#render(message, params, undefined) : message;
  }

  #render(message: string, params: Params, number: string | undefined): string {
    let out = "";
    for (let at = 0; at < message.length; at += 1) {
      const close = message[at] === "{" ? closingBrace(message, at) : -1;
      if (close >= 0) {
        out += this.#placeholder(message.slice(at + 1, close), params) ?? message.slice(at, close + 1);
        at = close;
      } else out += message[at] === "#" && number !== undefined ? number : message[at];
    }
    return out;
  }

  #placeholder(inside: string, params: Params): string | undefined {
    const [, name = "", choices] = /^\s*(\w+)\s*(?:,\s*plural\s*,(.*))?$/s.exec(inside) ?? [];
    const value = params[name];
    if (value === undefined || choices === undefined) return value?.toString();
    const known = branches(choices);
    const count = Number(value);
    const branch = known.get(this.#plural.select(count)) ?? known.get("other") ?? "";
    return this.#render(branch, params, this.#format.number(count));
  }
}
