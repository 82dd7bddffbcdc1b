import { firstLoneSurrogate, lowerAscii } from "./code_points";
import type { Source } from "./problem";

export interface Token {
  kind: "end" | "name" | "integer" | "number" | "string" | "operator";
  /** Of its first UTF-16 unit. */
  offset: number;
  /** Of a string the decoded value, of a number as written. */
  text: string;
  /** Of an integer; the sign is an operator. */
  magnitude: bigint;
}

const isDigit = (c: string) => c >= "0" && c <= "9" && c.length === 1;
const isNameStart = (c: string) => /^[A-Za-z_]$/.test(c);
const isName = (c: string) => isNameStart(c) || isDigit(c);

function hexValue(c: string): number {
  return /^[0-9A-Fa-f]$/.test(c) ? Number.parseInt(c, 16) : -1;
}

const escapes: Record<string, string> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  "?": "?",
  '"': '"',
  "'": "'",
  "`": "`",
};

const twoLetterOperators = ["&&", "||", "==", "!=", "<=", ">="];

/** Text to tokens after the lexical rules of CEL; the last token is the end. Throws ExpressionError. */
export function tokenize(source: Source): Token[] {
  const lone = firstLoneSurrogate(source.text);
  if (lone >= 0) throw source.syntax(lone, "The expression contains half of a character");
  return new Lexer(source).run();
}

class Lexer {
  private readonly source: Source;
  private readonly text: string;
  private at = 0;

  constructor(source: Source) {
    this.source = source;
    this.text = source.text;
  }

  run(): Token[] {
    const tokens: Token[] = [];
    for (;;) {
      this.skipBlanks();
      if (this.at >= this.text.length) break;
      tokens.push(this.next());
    }
    tokens.push(this.token("end", this.text.length, ""));
    return tokens;
  }

  private token(kind: Token["kind"], offset: number, text: string, magnitude = 0n): Token {
    return { kind, offset, text, magnitude };
  }

  /** Empty past the end. */
  private peek(ahead = 0): string {
    return this.text.charAt(this.at + ahead);
  }

  private skipBlanks() {
    while (this.at < this.text.length) {
      if (this.text.startsWith("//", this.at)) {
        const end = this.text.indexOf("\n", this.at);
        this.at = end < 0 ? this.text.length : end;
      } else if (" \t\n\r\f".includes(this.peek())) {
        this.at++;
      } else {
        return;
      }
    }
  }

  private next(): Token {
    const c = this.peek();
    if (c === '"' || c === "'") return this.string(this.at, false);
    if (isNameStart(c)) {
      const prefix = lowerAscii(
        /^(r|b|br|rb)(?=["'])/i.exec(this.text.slice(this.at, this.at + 3))?.[0] ?? "",
      );
      if (prefix === "r") return this.string(this.at + 1, true);
      if (prefix !== "")
        throw this.source.syntax(
          this.at,
          "Bytes literals are not offered",
          "Write the text without the letter b before it.",
        );
      return this.name();
    }
    if (isDigit(c) || (c === "." && isDigit(this.peek(1)))) return this.number();
    return this.operator();
  }

  private name(): Token {
    const start = this.at;
    while (isName(this.peek())) this.at++;
    return this.token("name", start, this.text.slice(start, this.at));
  }

  private operator(): Token {
    const two = twoLetterOperators.find((op) => this.text.startsWith(op, this.at));
    const c = this.peek();
    const op = two ?? ("<>!?:()[],.+-*/%".includes(c) ? c : "");
    if (op === "") throw this.unknownOperator(c);
    this.at += op.length;
    return this.token("operator", this.at - op.length, op);
  }

  private unknownOperator(c: string) {
    if (c === "=")
      return this.source.syntax(this.at, "A single = means nothing here", "Equality is written ==.");
    if (c === "&" || c === "|")
      return this.source.syntax(this.at, "Unknown operator", "And is written &&, or is written ||.");
    const character = String.fromCodePoint(this.text.codePointAt(this.at) ?? 0);
    return this.source.syntax(this.at, `Unexpected character "${character}"`);
  }

  private digits() {
    while (isDigit(this.peek())) this.at++;
  }

  private number(): Token {
    const start = this.at;
    const hex = this.peek() === "0" && this.peek(1).toLowerCase() === "x";
    const whole = hex ? this.hexDigits() : this.decimalDigits();
    if (this.peek() === "u" || this.peek() === "U")
      throw this.source.syntax(
        this.at,
        "Unsigned numbers are not offered",
        "Write the number without the u.",
      );
    if (isName(this.peek())) throw this.source.syntax(this.at, "A number must not run into letters");
    const text = this.text.slice(start, this.at);
    if (!whole) return this.token("number", start, text);
    return this.token("integer", start, text, this.magnitude(text, start, hex));
  }

  private hexDigits(): boolean {
    this.at += 2;
    while (hexValue(this.peek()) >= 0) this.at++;
    return true;
  }

  /** Whether the number is whole: without point and exponent. */
  private decimalDigits(): boolean {
    let whole = true;
    this.digits();
    if (this.peek() === "." && isDigit(this.peek(1))) {
      whole = false;
      this.at++;
      this.digits();
    }
    if (this.peek() === "e" || this.peek() === "E") {
      whole = false;
      this.at += this.peek(1) === "+" || this.peek(1) === "-" ? 2 : 1;
      if (!isDigit(this.peek()))
        throw this.source.syntax(this.at, "The exponent of this number has no digits");
      this.digits();
    }
    return whole;
  }

  private magnitude(text: string, offset: number, hex: boolean): bigint {
    const digits = hex ? text.slice(2) : text;
    if (digits === "") throw this.source.syntax(offset, "This number has no digits");
    const value = BigInt(hex ? `0x${digits}` : digits);
    // One past the largest positive number is the magnitude of the smallest negative one.
    if (value > 2n ** 63n) throw this.source.syntax(offset, "This whole number does not fit into 64 bits");
    return value;
  }

  /** `quoteAt` is where the opening quote is; `at` is still at the start of the token. */
  private string(quoteAt: number, raw: boolean): Token {
    const start = this.at;
    const quote = this.text.charAt(quoteAt);
    const triple = this.text.startsWith(quote.repeat(3), quoteAt);
    const closing = triple ? quote.repeat(3) : quote;
    this.at = quoteAt + closing.length;
    let value = "";
    while (!this.text.startsWith(closing, this.at)) {
      const c = this.peek();
      if (c === "" || (!triple && (c === "\n" || c === "\r")))
        throw this.source.syntax(start, `This text has no closing ${closing}`);
      if (c === "\\" && !raw) {
        value += this.escape();
      } else {
        value += c;
        this.at++;
      }
    }
    this.at += closing.length;
    if (value.includes("\0"))
      throw this.source.syntax(start, "This text contains the character NUL, which no field can hold");
    return this.token("string", start, value);
  }

  private escape(): string {
    const c = this.peek(1);
    const simple = Object.hasOwn(escapes, c) ? escapes[c] : undefined;
    if (simple !== undefined) {
      this.at += 2;
      return simple;
    }
    if (c === "x" || c === "X") return this.numericEscape(2, 2, 16);
    if (c === "u") return this.numericEscape(2, 4, 16);
    if (c === "U") return this.numericEscape(2, 8, 16);
    if (c >= "0" && c <= "3") return this.numericEscape(1, 3, 8);
    throw this.source.syntax(
      this.at,
      "Unknown escape",
      "Known are \\a \\b \\f \\n \\r \\t \\v \\\\ \\? \\\" \\' \\` \\xHH \\uHHHH \\UHHHHHHHH and \\OOO; " +
        'r"..." takes backslashes as they are.',
    );
  }

  private numericEscape(skip: number, digits: number, base: number): string {
    let codePoint = 0;
    for (let i = 0; i < digits; i++) {
      const digit = hexValue(this.peek(skip + i));
      if (digit < 0 || digit >= base)
        throw this.source.syntax(
          this.at,
          `This escape needs ${digits}${base === 16 ? " hexadecimal" : " octal"} digits`,
        );
      codePoint = codePoint * base + digit;
    }
    if (codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint <= 0xdfff))
      throw this.source.syntax(this.at, "This escape is not a Unicode character");
    this.at += skip + digits;
    return String.fromCodePoint(codePoint);
  }
}
