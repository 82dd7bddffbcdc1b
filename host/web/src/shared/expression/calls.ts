import { calendarUnits, parseDays, parseDuration, parseMicros } from "./calendar";
import { type FunctionInfo, findFunction, functionNames } from "./functions";
import { listing, nearest, type Source } from "./problem";
import { kid, type Node, type Op, setType } from "./tree";
import { describeType, isMoment, isText, type Type } from "./types";

/** Makes a call whose arguments are checked the operation it stands for, or throws ExpressionError. */
export function checkCall(source: Source, node: Node) {
  const info = findFunction(node.name, node.method);
  if (info === undefined) throw unknownFunction(source, node);
  if (node.kids.length !== info.arguments + (node.method ? 1 : 0))
    throw source.wrongType(node.offset, `${info.name} takes ${info.arguments} arguments`, usage(info));
  node.op = info.op;
  switch (info.op) {
    case "has":
      return has(source, node);
    case "size":
      return size(source, node);
    case "now":
      return setType(node, "timestamp");
    case "today":
      return setType(node, "date");
    case "toDate":
      return toDate(source, node);
    case "toTimestamp":
      return toTimestamp(source, node);
    case "startOf":
      return startOf(source, node);
    case "addMonths":
      return addMonths(source, node);
    case "literal":
      return momentLiteral(
        source,
        node,
        "duration",
        parseDuration,
        'duration("24h"), with units d, h, m, s, ms, us',
      );
    default:
      return textTest(source, node, info);
  }
}

function unknownFunction(source: Source, node: Node) {
  const other = findFunction(node.name, !node.method);
  const names = functionNames(node.method);
  const meant = nearest(node.name, names);
  let hint = `${meant === "" ? "" : `Did you mean "${meant}"? `}Known are ${listing(names, false)}.`;
  if (other !== undefined) hint = usage(other);
  if (node.name === "matches")
    hint = "Regular expressions are not offered; use contains, startsWith or endsWith.";
  return source.problem(
    "entity.filter_unknown_function",
    node.offset,
    `There is no ${node.method ? "method" : "function"} "${node.name}"`,
    hint,
    { name: node.name },
  );
}

function has(source: Source, node: Node) {
  const argument = kid(node, 0);
  if (argument.op !== "field")
    throw source.wrongType(argument.offset, "has takes a field", "It is written has(field).");
  setType(node, "boolean");
}

function size(source: Source, node: Node) {
  const argument = kid(node, 0);
  if (!isText(argument.type.type) && argument.type.type !== "texts")
    throw source.wrongType(
      argument.offset,
      `size takes a text or a list, not a ${describeType(argument.type.type)}`,
    );
  setType(node, "integer");
}

function toDate(source: Source, node: Node) {
  const argument = kid(node, 0);
  if (argument.type.type !== "timestamp")
    return momentLiteral(source, node, "date", parseDays, 'date("2026-01-31") or date(timestamp)');
  if (argument.ofRecord && argument.op !== "field")
    throw source.wrongType(argument.offset, "date takes a field or a constant here");
  setType(node, "date");
}

function toTimestamp(source: Source, node: Node) {
  if (kid(node, 0).type.type !== "date")
    return momentLiteral(
      source,
      node,
      "timestamp",
      parseMicros,
      'timestamp("2026-01-31T12:00:00Z") or timestamp(date)',
    );
  setType(node, "timestamp");
}

const storedMoments: readonly Op[] = ["field", "toDate", "startOf", "addMonths"];

/** A moment as a column holds it, or a constant: what the databases move in the calendar. */
function calendarMoment(source: Source, node: Node) {
  const moment = kid(node, 0);
  if (!isMoment(moment.type.type))
    throw source.wrongType(
      moment.offset,
      `${node.name} takes a date or a timestamp, not a ${describeType(moment.type.type)}`,
    );
  if (moment.ofRecord && !storedMoments.includes(moment.op))
    throw source.wrongType(
      moment.offset,
      `${node.name} takes a field or a constant here`,
      "Of a field, date, startOf and addMonths may be taken before.",
    );
  setType(node, moment.type.type);
}

function startOf(source: Source, node: Node) {
  calendarMoment(source, node);
  const unit = kid(node, 1);
  const hint = `Units are ${listing(calendarUnits, true)}.`;
  if (unit.op !== "literal" || typeof unit.value !== "string")
    throw source.wrongType(unit.offset, "Expected a unit in quotes", hint);
  if (!calendarUnits.includes(unit.value))
    throw source.problem(
      "entity.filter_value",
      unit.offset,
      `"${unit.value}" is not a unit of the calendar`,
      hint,
    );
  node.name = unit.value;
  node.kids.pop();
}

function addMonths(source: Source, node: Node) {
  calendarMoment(source, node);
  const months = kid(node, 1);
  if (months.type.type !== "integer")
    throw source.wrongType(
      months.offset,
      `addMonths takes a whole number, not a ${describeType(months.type.type)}`,
    );
}

function momentLiteral(
  source: Source,
  node: Node,
  type: Type,
  read: (text: string) => bigint | null,
  how: string,
) {
  const argument = kid(node, 0);
  const hint = `It is written ${how}.`;
  if (argument.op !== "literal" || typeof argument.value !== "string")
    throw source.wrongType(argument.offset, "Expected a text in quotes", hint);
  const value = read(argument.value);
  if (value === null)
    throw source.problem(
      "entity.filter_value",
      argument.offset,
      `This is not an existing ${describeType(type)}`,
      hint,
    );
  node.op = "literal";
  node.value = value;
  node.kids = [];
  setType(node, type);
}

function textTest(source: Source, node: Node, info: FunctionInfo) {
  const [text, part] = [kid(node, 0), kid(node, 1)];
  for (const side of [text, part])
    if (!isText(side.type.type))
      throw source.wrongType(
        side.offset,
        `${info.name} takes texts, not a ${describeType(side.type.type)}`,
        side.type.type === "texts" ? 'Membership is written "value" in field.' : "",
      );
  const bothPlain = text.op === "field" && part.op === "field";
  const anywhere = info.op === "contains" || info.op === "icontains";
  if (!anywhere && part.ofRecord && !bothPlain)
    throw source.wrongType(part.offset, `${info.name} takes a constant here`);
  setType(node, "boolean");
}

function usage(info: FunctionInfo): string {
  return `It is written ${info.usage}.`;
}
