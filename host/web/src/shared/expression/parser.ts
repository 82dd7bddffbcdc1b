import { countBytes } from "./code_points";
import { parseInteger, rescale } from "./int64";
import { type Token, tokenize } from "./lexer";
import type { Source } from "./problem";
import { type Node, newNode, type Op } from "./tree";
import { maxScale, type TypeInfo, type Value } from "./types";

const maxBytes = 8192;
const maxNodes = 1000;
/** Of parentheses, calls and operators inside one another. */
const maxDepth = 32;

const relations: Record<string, Op> = {
  "==": "equal",
  "!=": "notEqual",
  "<": "less",
  "<=": "lessEqual",
  ">": "greater",
  ">=": "greaterEqual",
};
const sums: Record<string, Op> = { "+": "add", "-": "subtract" };
const products: Record<string, Op> = { "*": "multiply", "/": "divide", "%": "modulo" };

/** Tokens to tree after the grammar of CEL. Names and calls are not looked up yet. Throws ExpressionError. */
export function parse(source: Source): Node {
  if (countBytes(source.text) > maxBytes)
    throw source.limit(0, `The expression is longer than ${maxBytes} bytes`);
  return new Parser(source, tokenize(source)).run();
}

class Parser {
  private readonly source: Source;
  private readonly tokens: Token[];
  private readonly end: Token;
  private at = 0;
  private nesting = 0;
  private nodes = 0;

  constructor(source: Source, tokens: Token[]) {
    this.source = source;
    this.tokens = tokens;
    this.end = { kind: "end", offset: source.text.length, text: "", magnitude: 0n };
  }

  run(): Node {
    if (this.peek().kind === "end") throw this.source.syntax(0, "The expression is empty");
    const root = this.expression();
    if (this.peek().kind !== "end") throw this.unexpected("an operator or the end");
    return root;
  }

  private peek(ahead = 0): Token {
    return this.tokens[this.at + ahead] ?? this.end;
  }

  private take(): Token {
    const token = this.peek();
    this.at++;
    return token;
  }

  private is(op: string): boolean {
    return this.peek().kind === "operator" && this.peek().text === op;
  }

  private accept(op: string): boolean {
    if (!this.is(op)) return false;
    this.at++;
    return true;
  }

  private acceptOne(operators: Record<string, Op>): Op | null {
    const { kind, text } = this.peek();
    const op = kind === "operator" && Object.hasOwn(operators, text) ? operators[text] : undefined;
    if (op === undefined) return null;
    this.at++;
    return op;
  }

  private expect(op: string) {
    if (!this.accept(op)) throw this.unexpected(`"${op}"`);
  }

  private unexpected(wanted: string) {
    const token = this.peek();
    const what = {
      end: "the end of the expression",
      string: "a text",
      integer: `the number ${token.text}`,
      number: `the number ${token.text}`,
      name: `"${token.text}"`,
      operator: `"${token.text}"`,
    }[token.kind];
    return this.source.syntax(token.offset, `Expected ${wanted}, found ${what}`);
  }

  private add(node: Node): Node {
    node.depth = node.kids.reduce((depth, kid) => Math.max(depth, kid.depth), 0) + 1;
    if (node.depth > maxDepth) throw this.source.limit(node.offset, "The expression is nested too deeply");
    if (this.nodes >= maxNodes) throw this.source.limit(node.offset, "The expression has too many parts");
    this.nodes++;
    return node;
  }

  /** Every way back into expression() or unary() passes here, so the stack is bounded too. */
  private nested(inner: () => Node): Node {
    if (this.nesting >= maxDepth)
      throw this.source.limit(this.peek().offset, "The expression is nested too deeply");
    this.nesting++;
    const result = inner();
    this.nesting--;
    return result;
  }

  private expression(): Node {
    return this.nested(() => {
      const condition = this.either();
      const { offset } = this.peek();
      if (!this.accept("?")) return condition;
      const then = this.either();
      this.expect(":");
      const otherwise = this.expression();
      return this.add(newNode("conditional", offset, [condition, then, otherwise]));
    });
  }

  private either(): Node {
    return this.chain("||", "or", () => this.chain("&&", "and", () => this.relation()));
  }

  /** a || b || c is one node with three kids: long chains stay flat. */
  private chain(text: string, op: Op, operand: () => Node): Node {
    const first = operand();
    const { offset } = this.peek();
    if (!this.is(text)) return first;
    const kids = [first];
    while (this.accept(text)) kids.push(operand());
    return this.add(newNode(op, offset, kids));
  }

  private relation(): Node {
    const left = this.sum();
    const { offset, kind, text } = this.peek();
    let op = this.acceptOne(relations);
    if (op === null && kind === "name" && text === "in") {
      this.at++;
      op = "in";
    }
    if (op === null) return left;
    const right = op === "in" && this.is("[") ? this.list() : this.sum();
    const next = this.peek().offset;
    if (this.acceptOne(relations) !== null)
      throw this.source.syntax(next, "Comparisons cannot be chained", "Write a < b && b < c.");
    return this.add(newNode(op, offset, [left, right]));
  }

  private sum(): Node {
    return this.binary(sums, () => this.product());
  }

  private product(): Node {
    return this.binary(products, () => this.unary());
  }

  private binary(operators: Record<string, Op>, operand: () => Node): Node {
    let left = operand();
    for (;;) {
      const { offset } = this.peek();
      const op = this.acceptOne(operators);
      if (op === null) return left;
      left = this.add(newNode(op, offset, [left, operand()]));
    }
  }

  private unary(): Node {
    const { offset } = this.peek();
    if (!this.is("!") && !this.is("-")) return this.member();
    const negate = this.take().text === "-";
    if (negate && this.peek().kind === "integer") return this.integer(offset, true);
    if (negate && this.peek().kind === "number") return this.number(offset, true);
    return this.nested(() => {
      const operand = this.unary();
      return this.add(newNode(negate ? "negate" : "not", offset, [operand]));
    });
  }

  /** A value and the methods called on it. */
  private member(): Node {
    let value = this.primary();
    while (this.accept(".")) {
      if (this.peek().kind !== "name") throw this.unexpected("a method");
      const name = this.take();
      if (!this.is("(")) throw this.unexpected(`"(" after the method "${name.text}"`);
      value = this.call(name.text, name.offset, value);
    }
    if (this.is("[")) throw this.source.syntax(this.peek().offset, "Indexing with [ ] is not offered");
    return value;
  }

  private primary(): Node {
    const token = this.peek();
    switch (token.kind) {
      case "integer":
        return this.integer(token.offset, false);
      case "number":
        return this.number(token.offset, false);
      case "string":
        this.at++;
        return this.literal(token.offset, { type: "text", scale: 0 }, token.text);
      case "name":
        return this.name();
    }
    if (this.is("[")) throw this.source.syntax(token.offset, "A list may only stand to the right of in");
    if (!this.accept("(")) throw this.unexpected('a field, a value or "("');
    const inner = this.expression();
    this.expect(")");
    return inner;
  }

  private literal(offset: number, type: TypeInfo, value: Value): Node {
    const node = newNode("literal", offset);
    node.type = type;
    node.value = value;
    return this.add(node);
  }

  private integer(offset: number, negative: boolean): Node {
    const token = this.take();
    if (!negative && token.magnitude >= 2n ** 63n)
      throw this.source.syntax(token.offset, "This whole number does not fit into 64 bits");
    return this.literal(offset, { type: "integer", scale: 0 }, negative ? -token.magnitude : token.magnitude);
  }

  /** Exact: 12.50 is 125 with one digit after the point, never the nearest binary fraction. */
  private number(offset: number, negative: boolean): Node {
    const [mantissa = "", exponent = "0"] = this.take().text.split(/[eE]/);
    const [whole = "", fraction = ""] = mantissa.split(".");
    const tooLong = () =>
      this.source.syntax(offset, "This number has too many digits", "At most 18 digits are kept exactly.");
    const power = Number(exponent);
    if (Math.abs(power) > 1000) throw tooLong();
    let digits = whole + fraction;
    let scale = fraction.length - power;
    while (scale > 0 && digits.length > 1 && digits.endsWith("0")) {
      digits = digits.slice(0, -1);
      scale--;
    }
    let value = parseInteger(digits);
    if (value === 0n) scale = 0;
    if (value !== null && scale < 0) {
      value = rescale(value, -scale);
      scale = 0;
    }
    if (value === null || scale > maxScale) throw tooLong();
    return this.literal(offset, { type: "decimal", scale }, negative ? -value : value);
  }

  /** true, false, null, a function, a field with a dotted path, or a method called on such a field. */
  private name(): Node {
    const { text, offset } = this.take();
    if (text === "true" || text === "false")
      return this.literal(offset, { type: "boolean", scale: 0 }, text === "true");
    if (text === "null") return this.literal(offset, { type: "null", scale: 0 }, null);
    if (text === "in") throw this.source.syntax(offset, 'Expected a field or a value, found "in"');
    if (this.is("(")) return this.call(text, offset, null);
    const node = newNode("name", offset);
    node.name = text;
    while (this.is(".") && this.peek(1).kind === "name" && this.peek(2).text !== "(") {
      node.name += `.${this.peek(1).text}`;
      this.at += 2;
    }
    return this.add(node);
  }

  private call(name: string, offset: number, receiver: Node | null): Node {
    this.expect("(");
    const node = newNode("call", offset, [...(receiver ? [receiver] : []), ...this.elements(")")]);
    node.name = name;
    node.method = receiver !== null;
    return this.add(node);
  }

  private list(): Node {
    const { offset } = this.peek();
    this.expect("[");
    return this.add(newNode("list", offset, this.elements("]")));
  }

  /** Values with commas between them up to `closing`; one comma may stand at the end, as in CEL. */
  private elements(closing: string): Node[] {
    const out: Node[] = [];
    while (!this.accept(closing)) {
      out.push(this.expression());
      if (this.accept(closing)) break;
      if (!this.accept(",")) throw this.unexpected(`"," or "${closing}"`);
    }
    return out;
  }
}
