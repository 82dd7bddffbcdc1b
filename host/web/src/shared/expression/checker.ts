import { decimalText } from "./calendar";
import { checkCall } from "./calls";
import { rescale } from "./int64";
import { listing, nearest, type Source } from "./problem";
import { kid, type Node, newNode, type Op, setType } from "./tree";
import {
  describeType,
  type FieldInfo,
  isExact,
  isMoment,
  isText,
  maxScale,
  type Schema,
  type Type,
  type TypeInfo,
} from "./types";

const orderings: readonly Op[] = ["less", "lessEqual", "greater", "greaterEqual"];

/**
 * Gives every node its meaning and type. Afterwards no name and no call is left, conversions of scale are
 * explicit, and the evaluator cannot meet a combination of types that it does not know. The fields come back
 * in the order of the text. Throws ExpressionError.
 */
export function check(source: Source, schema: Schema, root: Node): FieldInfo[] {
  const checker = new Checker(source, schema);
  checker.check(root);
  return checker.fields;
}

class Checker {
  readonly fields: FieldInfo[] = [];
  private readonly source: Source;
  private readonly schema: Schema;

  constructor(source: Source, schema: Schema) {
    this.source = source;
    this.schema = schema;
  }

  check(node: Node) {
    for (const operand of node.kids) {
      if (operand.op === "list" && node.op !== "in") throw this.misplacedList(operand);
      this.check(operand);
    }
    node.ofRecord = node.kids.some((operand) => operand.ofRecord);
    this.checkNode(node);
  }

  private misplacedList(node: Node) {
    return this.source.wrongType(node.offset, "A list may only stand to the right of in");
  }

  private checkNode(node: Node) {
    switch (node.op) {
      case "literal":
      case "list":
        return;
      case "name":
        return this.name(node);
      case "call":
        return checkCall(this.source, node);
      case "and":
      case "or":
      case "not":
        return this.logic(node);
      case "in":
        return this.membership(node);
      case "negate":
        return this.negation(node);
      case "add":
      case "subtract":
        return this.sum(node);
      case "multiply":
      case "divide":
      case "modulo":
        return this.product(node);
      case "conditional":
        return this.conditional(node);
      default:
        return this.comparison(node);
    }
  }

  private name(node: Node) {
    const field = this.schema.find((candidate) => candidate.name === node.name);
    if (field === undefined) throw this.unknownField(node);
    node.op = "field";
    node.field = field;
    node.ofRecord = field.context !== true;
    this.fields.push(field);
    setType(node, field.type, field.type === "decimal" ? field.scale : 0);
  }

  private unknownField(node: Node) {
    const names = this.schema.map((field) => field.name);
    const meant = nearest(node.name, names);
    const hint =
      (meant === "" ? "" : `Did you mean "${meant}"? `) +
      (names.length === 0 ? "There are no fields." : `Fields are ${listing(names, false)}.`);
    return this.source.problem(
      "entity.filter_unknown_field",
      node.offset,
      `There is no field "${node.name}"`,
      hint,
      { name: node.name, suggestion: meant },
    );
  }

  private logic(node: Node) {
    for (const operand of node.kids)
      if (operand.type.type !== "boolean")
        throw this.source.wrongType(
          operand.offset,
          `Expected a condition here, found a ${describeType(operand.type.type)}`,
          operand.op === "field" ? `Compare the field with a value, or write has(${operand.name}).` : "",
        );
    setType(node, "boolean");
  }

  private comparison(node: Node) {
    const [left, right] = [kid(node, 0), kid(node, 1)];
    if (orderings.includes(node.op))
      for (const side of [left, right])
        if (["choice", "null", "boolean"].includes(side.type.type))
          throw this.source.wrongType(
            node.offset,
            `A ${describeType(side.type.type)} has no order; only == and != apply`,
          );
    this.comparable(node, left, right);
    // A constant side is compared exactly; two fields are brought to one scale, as the databases need it.
    if (left.ofRecord && right.ofRecord && isExact(left.type.type) && isExact(right.type.type))
      this.sameScale(node, 0, 1);
    setType(node, "boolean");
  }

  private comparable(at: Node, left: Node, right: Node) {
    const [a, b] = [left.type.type, right.type.type];
    if (a === "null" || b === "null") return;
    if (a === "double" || b === "double") return this.comparableDoubles(at, left, right);
    if ((isExact(a) && isExact(b)) || (isText(a) && isText(b))) {
      this.knownChoice(left, right);
      this.knownChoice(right, left);
      return;
    }
    if (a === b && a !== "texts" && a !== "document") return;
    throw this.incomparable(at, left, right, comparisonHint(a, b));
  }

  private incomparable(at: Node, left: Node, right: Node, hint: string) {
    const [a, b] = [describeType(left.type.type), describeType(right.type.type)];
    return this.source.wrongType(at.offset, `Cannot compare a ${a} with a ${b}`, hint);
  }

  private comparableDoubles(at: Node, left: Node, right: Node) {
    for (const side of [left, right]) {
      if (side.type.type === "double") continue;
      if (side.op !== "literal" || typeof side.value !== "bigint" || !isExact(side.type.type))
        throw this.incomparable(at, left, right, "A floating-point field is compared with a plain number.");
      side.value = Number(decimalText(side.value, side.type.scale));
      setType(side, "double");
    }
  }

  /** A literal that a choice field can never be is a mistake worth telling. */
  private knownChoice(choice: Node, literal: Node) {
    const values = choice.field?.values ?? [];
    if (choice.type.type !== "choice" || choice.op !== "field" || values.length === 0) return;
    if (literal.op !== "literal" || typeof literal.value !== "string" || values.includes(literal.value))
      return;
    const meant = nearest(literal.value, values);
    throw this.source.problem(
      "entity.filter_value",
      literal.offset,
      `"${literal.value}" is not a value of "${choice.name}"`,
      `${meant === "" ? "" : `Did you mean "${meant}"? `}Values are ${listing(values, true)}.`,
      { suggestion: meant },
    );
  }

  private membership(node: Node) {
    const [element, list] = [kid(node, 0), kid(node, 1)];
    if (element.op === "list") throw this.misplacedList(element);
    if (list.op === "list") {
      for (const item of list.kids) this.checkItem(element, item);
    } else {
      if (list.type.type !== "texts" || list.op !== "field")
        throw this.source.wrongType(
          list.offset,
          'The right side of in is a list such as ["a", "b"] or a field with tags',
        );
      if (!isText(element.type.type)) throw this.source.wrongType(element.offset, "Tags are texts");
    }
    setType(node, "boolean");
  }

  private checkItem(element: Node, item: Node) {
    if (item.op === "list") throw this.misplacedList(item);
    if (item.ofRecord)
      throw this.source.wrongType(item.offset, "A list holds constants only", "Write a == b || a == c.");
    if (item.type.type === "null" || element.type.type === "null")
      throw this.source.wrongType(
        item.offset,
        "null is not an element",
        "Write field == null || field in [...].",
      );
    this.comparable(item, element, item);
  }

  private negation(node: Node) {
    const { type, scale } = kid(node, 0).type;
    if (!isExact(type) && type !== "duration")
      throw this.source.wrongType(node.offset, `A ${describeType(type)} has no negative`);
    setType(node, type, scale);
  }

  private cannotCalculate(node: Node) {
    const [a, b] = [kid(node, 0).type.type, kid(node, 1).type.type];
    return this.source.wrongType(
      node.offset,
      `Cannot calculate with a ${describeType(a)} and a ${describeType(b)}`,
      a === "double" || b === "double" ? "Floating-point fields can only be compared." : "",
    );
  }

  private sum(node: Node) {
    const [a, b] = [kid(node, 0).type.type, kid(node, 1).type.type];
    const add = node.op === "add";
    if (isExact(a) && isExact(b)) {
      this.sameScale(node, 0, 1);
      const { type, scale } = kid(node, 0).type;
      return setType(node, type, scale);
    }
    if (add && isText(a) && isText(b)) return setType(node, "text");
    if (isMoment(a) && b === "duration") return setType(node, a);
    if (add && a === "duration" && isMoment(b)) {
      node.kids = [kid(node, 1), kid(node, 0)]; // the moment stands left: one case less later
      return setType(node, b);
    }
    if (a === "duration" && b === "duration") return setType(node, a);
    if (!add && isMoment(a) && a === b) return setType(node, "duration");
    throw this.cannotCalculate(node);
  }

  private product(node: Node) {
    const [a, b] = [kid(node, 0).type, kid(node, 1).type];
    if (!isExact(a.type) || !isExact(b.type)) throw this.cannotCalculate(node);
    if (a.type === "integer" && b.type === "integer") return setType(node, "integer");
    if (node.op === "modulo") throw this.source.wrongType(node.offset, "% is offered for whole numbers only");
    const quotientDigits = 6;
    let scale = a.scale + b.scale;
    if (node.op === "divide") {
      scale = Math.max(a.scale, b.scale, quotientDigits);
      // (A * 10^(scale + b.scale - a.scale)) / B is the quotient at `scale`.
      this.rescale(node, 0, scale + b.scale);
    }
    if (scale > maxScale) throw this.tooFine(node);
    setType(node, "decimal", scale);
  }

  private conditional(node: Node) {
    const condition = kid(node, 0);
    if (condition.type.type !== "boolean")
      throw this.source.wrongType(
        condition.offset,
        `Expected a condition before ?, found a ${describeType(condition.type.type)}`,
      );
    const type = this.commonType(node);
    if (type === null) {
      const [a, b] = [kid(node, 1), kid(node, 2)].map((side) => describeType(side.type.type));
      throw this.source.wrongType(node.offset, `Both sides of : must have one type, not ${a} and ${b}`);
    }
    node.type = type;
  }

  private commonType(node: Node): TypeInfo | null {
    const [left, right] = [kid(node, 1).type, kid(node, 2).type];
    const [a, b] = [left.type, right.type];
    if (isExact(a) && isExact(b)) {
      this.sameScale(node, 1, 2);
      return kid(node, 1).type;
    }
    if (isText(a) && isText(b)) return { type: "text", scale: 0 };
    if ([a, b].some((side) => side === "texts" || side === "document")) return null;
    if (a === b) return a === "null" ? null : left;
    if (a !== "null" && b !== "null") return null;
    const known = a === "null" ? right : left;
    return known.type === "choice" ? { type: "text", scale: 0 } : known;
  }

  private sameScale(node: Node, a: number, b: number) {
    const [left, right] = [kid(node, a).type, kid(node, b).type];
    if (left.type === right.type && left.scale === right.scale) return;
    const scale = Math.max(left.scale, right.scale);
    this.rescale(node, a, scale);
    this.rescale(node, b, scale);
  }

  private tooFine(node: Node) {
    return this.source.wrongType(node.offset, "The result would need more than 18 digits after the point");
  }

  /** Makes the kid a decimal with `scale` digits: a literal in place, anything else by a node above it. */
  private rescale(node: Node, index: number, scale: number) {
    if (scale > maxScale) throw this.tooFine(node);
    const inner = kid(node, index);
    if (inner.type.type === "decimal" && inner.type.scale === scale) return;
    if (inner.op === "literal" && typeof inner.value === "bigint") {
      const value = rescale(inner.value, scale - inner.type.scale);
      if (value === null)
        throw this.source.wrongType(
          inner.offset,
          "This number has too many digits",
          "At most 18 digits are kept exactly.",
        );
      inner.value = value;
      return setType(inner, "decimal", scale);
    }
    const outer = newNode("rescale", inner.offset, [inner]);
    outer.ofRecord = inner.ofRecord;
    outer.type = { type: "decimal", scale };
    node.kids[index] = outer;
  }
}

function comparisonHint(...types: Type[]): string {
  const hints: Partial<Record<Type, string>> = {
    date: 'A date is written date("2026-01-31").',
    timestamp: 'A moment is written timestamp("2026-01-31T12:00:00Z"); timestamp(date) begins a day.',
    duration: 'A duration is written duration("24h").',
    texts: 'Membership is written "value" in field.',
  };
  return types.reduce((hint, type) => hints[type] ?? hint, "");
}
