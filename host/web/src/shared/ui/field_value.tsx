import { type EntityDefinition, type FieldDefinition, Gauge, type RecordData, Tag } from "@opsflux/ui";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { recordPath, useEntity } from "../api/app";
import { recordName } from "../i18n/record_names";
import { type Text, useText } from "../i18n/text";
import { currencyOf } from "../values/structured";
import { ComposedValue, EnumWord } from "./composed_value";
import { FileValue } from "./file_value";

export function hasValue(value: unknown): boolean {
  return (
    value !== null && value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0)
  );
}

/** En dash for none: unknown is neither nought nor "N/A". */
export function None() {
  const { t } = useText();
  return (
    <span className="text-text-3">
      <span aria-hidden="true">–</span>
      <span className="sr-only">{t("value.none")}</span>
    </span>
  );
}

export interface FieldValueProps {
  entity: EntityDefinition;
  field: FieldDefinition;
  record: RecordData;
  /** Nothing to press in it, for rows and cards that are pressed themselves. */
  plain?: boolean;
  /** Short forms, for columns. */
  short?: boolean;
  /** On a soft ground, for a head. */
  badge?: boolean;
}

const people = new Set(["created_by", "updated_by"]);

/** A value as people read it, by the type its definition gives it. */
export function FieldValue(props: FieldValueProps): ReactNode {
  const { field, record, plain, short } = props;
  const text = useText();
  const value = record[field.name];
  if (!hasValue(value)) return <None />;
  switch (field.type) {
    case "enum":
      return <EnumWord entity={props.entity} field={field} value={String(value)} badge={props.badge} />;
    case "integer":
    case "decimal":
      return <NumberValue field={field} value={value as number | string} text={text} />;
    case "money":
      return text.format.money(value as string, currencyOf(field, record), field.scale);
    case "duration":
      return text.format.span(String(value));
    case "boolean":
      return text.t(value ? "value.yes" : "value.no");
    case "date":
      return text.format.date(String(value));
    case "datetime":
      return <TimeValue value={String(value)} short={short} />;
    case "reference":
    case "parent":
    case "user":
    case "group":
      return (
        <ReferenceValue field={field} id={String(value)} label={record._labels?.[field.name]} plain={plain} />
      );
    case "country":
      return text.format.country(String(value));
    case "currency":
      return short ? String(value) : `${String(value)} · ${text.format.currency(String(value))}`;
    case "richtext":
    case "enums":
    case "references":
    case "any":
    case "color":
    case "address":
    case "geo":
      return <ComposedValue entity={props.entity} field={field} value={value} plain={plain} short={short} />;
    case "file":
    case "files":
    case "image":
      return <FileValue {...props} />;
    case "tags":
      return <Tags values={value as string[]} />;
    case "email":
    case "phone":
    case "url":
      return plain ? String(value) : <Contact type={field.type} value={String(value)} />;
    case "json":
      return <code className="font-mono text-xs">{JSON.stringify(value)}</code>;
    case "longtext":
      return short || plain ? String(value) : <span className="whitespace-pre-wrap">{String(value)}</span>;
    default: {
      const label = record._labels?.[field.name];
      if (label !== undefined) return label;
      // Who is known by no name is not known by an identifier either.
      return people.has(field.name) ? <None /> : String(value);
    }
  }
}

function NumberValue({ field, value, text }: { field: FieldDefinition; value: number | string; text: Text }) {
  const figure = text.format.number(value, field.type === "decimal" ? field.scale : undefined);
  if (field.display !== "gauge") return figure;
  return (
    <span className="inline-flex items-center gap-2">
      <span className="min-w-5 text-right font-strong text-text">{figure}</span>
      <Gauge value={Number(value)} min={field.min ?? 0} max={field.max ?? 100} limit={field.limit} />
    </span>
  );
}

function TimeValue({ value, short }: { value: string; short?: boolean }) {
  const { format } = useText();
  return (
    <time dateTime={value} title={format.dateTime(value)}>
      {short ? format.agoShort(value) : format.dateTime(value)}
    </time>
  );
}

interface ReferenceValueProps {
  field: FieldDefinition;
  id: string;
  label: string | undefined;
  plain?: boolean;
}

function ReferenceValue({ field, id, label, plain }: ReferenceValueProps) {
  const target = useEntity(field.to);
  const shown = recordName(target?.name, id) ?? label ?? id;
  if (plain || !target) return shown;
  return (
    <Link to={recordPath(target, id)} className="page-link">
      {shown}
    </Link>
  );
}

function Tags({ values }: { values: string[] }) {
  return (
    <span className="inline-flex max-w-full flex-wrap gap-1">
      {values.map((value) => (
        <Tag key={value}>{value}</Tag>
      ))}
    </span>
  );
}

function Contact({ type, value }: { type: "email" | "phone" | "url"; value: string }) {
  const href = { email: `mailto:${value}`, phone: `tel:${value.replace(/[^+\d]/g, "")}`, url: value }[type];
  // A stored address may hold any scheme; only web pages are made into links.
  if (type === "url" && !/^https?:\/\//i.test(value)) return value;
  const outside = type === "url" ? { target: "_blank", rel: "noreferrer" } : {};
  return (
    <a href={href} className="page-link" {...outside}>
      {type === "url" ? value.replace(/^https?:\/\//i, "").replace(/\/$/, "") : value}
    </a>
  );
}
