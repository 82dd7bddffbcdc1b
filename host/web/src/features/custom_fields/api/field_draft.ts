import type { FieldType } from "@opsflux/ui";
import type { LanguageCode } from "../../../shared/i18n/messages";
import type { CustomField, FieldBody, FieldRules, FieldTexts, Texts } from "./custom_fields";
import { type Accepted, acceptedOf, anyFile, isFileType, mediaTypesOf } from "./file_kinds";

/** What a field may be, in the order in which it is offered. */
export const typeGroups: {
  key: "texts" | "numbers" | "dates" | "choices" | "links" | "places" | "files";
  types: FieldType[];
}[] = [
  { key: "texts", types: ["text", "longtext", "richtext", "email", "phone", "url"] },
  { key: "numbers", types: ["integer", "decimal", "money", "duration"] },
  { key: "dates", types: ["date", "datetime"] },
  { key: "choices", types: ["enum", "enums", "boolean", "tags", "country", "currency", "color"] },
  { key: "links", types: ["reference", "references", "user"] },
  { key: "places", types: ["address", "geo"] },
  { key: "files", types: ["file", "files", "image"] },
];

export type RuleKey =
  | "max"
  | "min"
  | "pattern"
  | "precision"
  | "scale"
  | "unit"
  | "placeholder"
  | "currency"
  | "to"
  | "max_items"
  | "max_size";

const rulesByType: Partial<Record<FieldType, RuleKey[]>> = {
  text: ["max", "pattern", "placeholder"],
  longtext: ["max"],
  email: ["placeholder"],
  phone: ["placeholder"],
  url: ["placeholder"],
  integer: ["min", "max", "unit"],
  decimal: ["precision", "scale", "min", "max", "unit"],
  money: ["currency", "min", "max"],
  tags: ["max_items"],
  reference: ["to"],
  references: ["to", "max_items"],
  file: ["max_size"],
  files: ["max_size", "max_items"],
  image: ["max_size"],
};

/** The rules that a type has besides those that all have. */
export const rulesOf = (type: FieldType): RuleKey[] => rulesByType[type] ?? [];

/** What decides how values are stored; it stays as it is once the field is there. */
export const fixedRules = new Set<RuleKey>(["precision", "scale", "currency", "to"]);

const wholeNumbers = new Set<RuleKey>(["precision", "scale", "max_items"]);

export const hasValues = (type: FieldType) => type === "enum" || type === "enums";
export const mayBeUnique = (type: FieldType) =>
  ["text", "email", "phone", "url", "integer", "date"].includes(type);
export const maySearch = (type: FieldType) => ["text", "email", "phone", "url"].includes(type);
/** Those whose default a form can ask for. */
export const mayDefault = (type: FieldType) =>
  ["text", "integer", "decimal", "boolean", "date", "email", "phone", "url", "country", "currency"].includes(
    type,
  );

export interface FieldDraft {
  type: FieldType;
  name: string;
  texts: Texts;
  values: string[];
  /** As typed. */
  rules: Partial<Record<RuleKey, string>>;
  /** Of files. */
  accepted: Accepted;
  required: boolean;
  unique: boolean;
  search: boolean;
  section: string;
  default: unknown;
  view: string[];
  edit: string[];
  personal: "" | "personal" | "sensitive";
  visible_if: string;
  required_if: string;
  read_only_if: string;
}

export const emptyDraft: FieldDraft = {
  type: "text",
  name: "",
  texts: {},
  values: [],
  rules: {},
  accepted: anyFile,
  required: false,
  unique: false,
  search: false,
  section: "",
  default: null,
  view: [],
  edit: [],
  personal: "",
  visible_if: "",
  required_if: "",
  read_only_if: "",
};

/** Sizes are typed in these, and kept in bytes. */
const megabyte = 1_000_000;

export function draftOf({ name, field, texts, section, search }: CustomField): FieldDraft {
  const rules: FieldDraft["rules"] = {};
  for (const rule of rulesOf(field.type)) if (field[rule] !== undefined) rules[rule] = String(field[rule]);
  if (field.max_size !== undefined) rules.max_size = String(field.max_size / megabyte);
  return {
    type: field.type,
    name,
    texts,
    values: field.values ?? [],
    rules,
    accepted: acceptedOf(field.type, field.accept),
    required: field.required ?? false,
    unique: field.unique ?? false,
    search,
    section: section ?? "",
    default: field.default ?? null,
    view: field.view ?? [],
    edit: field.edit ?? [],
    personal: field.personal ?? "",
    visible_if: field.visible_if ?? "",
    required_if: field.required_if ?? "",
    read_only_if: field.read_only_if ?? "",
  };
}

/** A number where it is one, else as typed: the server says what is wrong with it. */
function ruleValue(type: FieldType, rule: RuleKey, typed: string): unknown {
  const number =
    wholeNumbers.has(rule) || ((rule === "min" || rule === "max") && type !== "decimal" && type !== "money");
  const plain = typed.trim();
  if (rule === "max_size") {
    const size = plain.replace(/\s/g, "").replace(",", ".");
    return /^\d+(\.\d+)?$/.test(size) ? Math.round(Number(size) * megabyte) : plain;
  }
  return number && /^-?\d+$/.test(plain) && Number.isSafeInteger(Number(plain)) ? Number(plain) : plain;
}

function tidyTexts(texts: Texts, values: string[]): Texts {
  const out: Texts = {};
  for (const [language, given] of Object.entries(texts) as [LanguageCode, FieldTexts][]) {
    const label = given.label?.trim();
    const help = given.help?.trim();
    const known = Object.entries(given.values ?? {}).filter(
      ([value, text]) => values.includes(value) && text.trim() !== "",
    );
    const own: FieldTexts = {};
    if (label) own.label = label;
    if (help) own.help = help;
    if (known.length > 0) own.values = Object.fromEntries(known);
    if (Object.keys(own).length > 0) out[language] = own;
  }
  return out;
}

/** What is sent. Keys that the form does not know stay as they were. */
export function bodyOf(draft: FieldDraft, before: CustomField | undefined, entity: string): FieldBody {
  const { type } = draft;
  const known = [
    "min",
    "max",
    "accept",
    "required",
    "unique",
    "values",
    "default",
    "view",
    "edit",
    "personal",
  ];
  const others = Object.entries(before?.field ?? {}).filter(
    ([key]) => !known.includes(key) && !rulesOf(type).includes(key as RuleKey) && !key.endsWith("_if"),
  );
  const field: Record<string, unknown> = { ...Object.fromEntries(others), type };
  for (const rule of rulesOf(type)) {
    const typed = draft.rules[rule] ?? "";
    if (typed.trim() !== "") field[rule] = ruleValue(type, rule, typed);
  }
  if (hasValues(type)) field.values = draft.values;
  const accept = isFileType(type) ? mediaTypesOf(draft.accepted) : [];
  if (accept.length > 0) field.accept = accept;
  if (draft.required) field.required = true;
  if (draft.unique && mayBeUnique(type)) field.unique = true;
  if (draft.default !== null && draft.default !== "") field.default = draft.default;
  if (draft.view.length > 0) field.view = draft.view;
  if (draft.edit.length > 0) field.edit = draft.edit;
  if (draft.personal) field.personal = draft.personal;
  for (const condition of ["visible_if", "required_if", "read_only_if"] as const)
    if (draft[condition].trim() !== "") field[condition] = draft[condition].trim();
  const body: FieldBody = {
    field: field as unknown as FieldRules,
    texts: tidyTexts(draft.texts, draft.values),
    section: draft.section || null,
    search: draft.search && maySearch(type),
  };
  if (before === undefined) {
    body.entity = entity;
    if (draft.name.trim() !== "") body.name = draft.name.trim();
  }
  return body;
}

/** "Très usé" -> "tres_use"; another one where that is taken. */
export function valueName(label: string, taken: string[]): string {
  const plain = label
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 40);
  const base = /^[a-z]/.test(plain) ? plain : `v_${plain}`.replace(/_$/, "");
  let name = base;
  for (let i = 2; taken.includes(name); i += 1) name = `${base}_${i}`;
  return name;
}

export function withText(
  texts: Texts,
  language: LanguageCode,
  change: (own: FieldTexts) => FieldTexts,
): Texts {
  return { ...texts, [language]: change(texts[language] ?? {}) };
}

/** What a field is called in a language, else in another one. */
export function labelOf(field: Pick<CustomField, "name" | "texts">, language: LanguageCode): string {
  const others = (["en", "fr", "es", "pt"] as const).map((other) => field.texts[other]?.label);
  return field.texts[language]?.label ?? others.find(Boolean) ?? field.name;
}

export function valueLabel(texts: Texts, value: string, language: LanguageCode): string {
  const others = (["en", "fr", "es", "pt"] as const).map((other) => texts[other]?.values?.[value]);
  return texts[language]?.values?.[value] ?? others.find(Boolean) ?? value;
}
