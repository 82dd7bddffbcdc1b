import type { FieldInfo, Type, TypeInfo, Value } from "./types";

export type Op =
  | "literal" // value, type
  | "list" // kids: elements; stands only to the right of `in`
  | "name" // the checker makes it a field
  | "call" // with method: kids[0] is the receiver; the checker makes it one of the below
  | "field"
  | "and"
  | "or" // two or more kids
  | "not"
  | "negate"
  | Relation
  | "in" // kids: element, then a list or a field with tags
  | "add"
  | "subtract"
  | "multiply"
  | "divide"
  | "modulo"
  | "conditional" // kids: condition, then, else
  | "has"
  | "contains"
  | "icontains"
  | "startsWith"
  | "endsWith" // kids: text, part
  | "size"
  | "now"
  | "today"
  | "toDate" // of a timestamp: its day in UTC
  | "toTimestamp" // of a date: its first moment in UTC
  | "startOf" // kids: a date or timestamp; name: the unit
  | "addMonths" // kids: a date or timestamp, how many
  | "rescale"; // of a number: the same with more digits after the point

export type Relation = "equal" | "notEqual" | "less" | "lessEqual" | "greater" | "greaterEqual";

export interface Node {
  op: Op;
  method: boolean;
  /** Depends on a field of the record, so not a constant of the call. */
  ofRecord: boolean;
  depth: number;
  type: TypeInfo;
  /** In the text, in UTF-16 units. */
  offset: number;
  field: FieldInfo | null;
  name: string;
  value: Value;
  kids: Node[];
}

export function newNode(op: Op, offset: number, kids: Node[] = []): Node {
  return {
    op,
    offset,
    kids,
    method: false,
    ofRecord: false,
    depth: 1,
    type: { type: "null", scale: 0 },
    field: null,
    name: "",
    value: null,
  };
}

/** The parser and the checker see to it that a node has the kids of its operation. */
export function kid(node: Node, index: number): Node {
  const found = node.kids[index];
  if (found === undefined) throw new RangeError(`"${node.op}" has no operand ${index}`);
  return found;
}

export function setType(node: Node, type: Type, scale = 0) {
  node.type = { type, scale };
}
