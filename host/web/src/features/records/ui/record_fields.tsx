import {
  type EntityDefinition,
  type FieldDefinition,
  type FormSection,
  Gauge,
  type RecordData,
} from "@opsflux/ui";
import { Pencil } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { recordPath } from "../../../shared/api/app";
import { fieldLabel, findField, sectionLabel } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { FieldValue, hasValue, None } from "../../../shared/ui/field_value";
import { type Conditions, useConditions } from "../api/conditions";
import { isStepped } from "../api/status";
import { InlineEdit } from "./inline_edit";

export interface RecordPartProps {
  entity: EntityDefinition;
  record: RecordData;
}

const mostFacts = 4;

/** Four facts at most, large. */
export function RecordFacts({ entity, record }: RecordPartProps) {
  const facts = (entity.views?.record?.facts ?? [])
    .map((name) => findField(entity, name))
    .filter((field) => field !== undefined)
    .slice(0, mostFacts);
  if (facts.length === 0) return null;
  return (
    <dl className="flex flex-wrap overflow-hidden rounded-card border border-line *:min-w-40 *:flex-1 *:border-line *:border-l *:-ml-px touch:grid touch:grid-cols-2 touch:*:min-w-0 touch:*:nth-[n+3]:border-t">
      {facts.map((field) => (
        <Fact key={field.name} entity={entity} field={field} record={record} />
      ))}
    </dl>
  );
}

function Fact({ entity, field, record }: RecordPartProps & { field: FieldDefinition }) {
  const text = useText();
  const value = record[field.name];
  const gauge = field.display === "gauge" && hasValue(value);
  return (
    <div className="px-4 py-3">
      <dt className="text-sm text-text-2">{fieldLabel(text, entity, field.name)}</dt>
      <dd className="mt-1 flex flex-wrap items-center gap-x-3 font-strong text-xl leading-tight">
        {gauge ? (
          <>
            {text.format.number(Number(value))}
            <Gauge
              value={Number(value)}
              min={field.min ?? 0}
              max={field.max ?? 100}
              limit={field.limit}
              className="[--notch-h:15px] [--notch-w:6px]"
            />
          </>
        ) : (
          <span className="min-w-0 truncate text-lg">
            <FieldValue entity={entity} field={field} record={record} />
          </span>
        )}
      </dd>
      {gauge && field.limit !== undefined && (
        <dd className="mt-1 text-text-3 text-xs">
          {text.t("gauge.limit", { limit: text.format.number(field.limit) })}
        </dd>
      )}
    </div>
  );
}

interface Section {
  id: string;
  title: string;
  fields: FieldDefinition[];
  /** Undefined for the fields that the form has in no section. */
  definition?: FormSection;
}

/** The form's sections; without any, all fields in one. Fields that belong to none are not lost. */
function useSections(entity: EntityDefinition): Section[] {
  const text = useText();
  const sections = (entity.views?.form?.sections ?? []).map(
    (section): Section => ({
      definition: section,
      id: section.id,
      title: sectionLabel(text, entity, section.id),
      fields: section.fields.map((name) => findField(entity, name)).filter((field) => field !== undefined),
    }),
  );
  const placed = new Set([
    ...sections.flatMap((section) => section.fields.map((field) => field.name)),
    ...(entity.views?.record?.facts ?? []),
  ]);
  const rest = entity.fields.filter((field) => !placed.has(field.name) && field.name !== entity.title);
  if (rest.length > 0) sections.push({ id: "other", title: text.t("record.other"), fields: rest });
  return sections;
}

export function RecordSections({ entity, record }: RecordPartProps) {
  const sections = useSections(entity);
  const conditions = useConditions(entity, record, record);
  const shown = sections.filter(
    (section) =>
      (section.definition === undefined || conditions.section(section.definition)) &&
      section.fields.some((field) => conditions.field(field.name).visible),
  );
  return (
    <div className="columns-2 gap-x-9 touch:columns-1 *:mb-6 *:break-inside-avoid">
      {shown.map((section) => (
        <SectionBlock key={section.id} {...{ section, entity, record, conditions }} />
      ))}
    </div>
  );
}

interface SectionBlockProps extends RecordPartProps {
  section: Section;
  conditions: Conditions;
}

function SectionBlock({ section, entity, record, conditions }: SectionBlockProps) {
  const { t } = useText();
  const [all, setAll] = useState(false);
  const fields = section.fields.filter((field) => conditions.field(field.name).visible);
  const filled = fields.filter((field) => hasValue(record[field.name]));
  const hidden = fields.length - filled.length;
  // A section of dashes says nothing: empty fields wait behind one word.
  const shown = all || filled.length === 0 ? fields : filled;
  const editable = entity.rights.includes("edit") && !record.deleted_at;
  return (
    <section aria-label={section.title}>
      <header className="flex items-baseline justify-between gap-3 border-line border-b pb-1.5">
        <h2 className="font-strong text-body">{section.title}</h2>
        {editable && (
          <Link
            to={`${recordPath(entity, record.id)}/edit#section-${section.id}`}
            className="page-link text-sm"
          >
            {t("action.edit")}
            <span className="sr-only">, {section.title}</span>
          </Link>
        )}
      </header>
      <dl className="mt-1.5">
        {shown.map((field) => (
          <FieldLine
            key={field.name}
            entity={entity}
            field={field}
            record={record}
            editable={editable && !conditions.field(field.name).read_only && !isStepped(entity, field.name)}
          />
        ))}
      </dl>
      {hidden > 0 && filled.length > 0 && (
        <button
          type="button"
          aria-expanded={all}
          className="mt-1 text-text-3 text-xs hover:text-text touch:min-h-11"
          onClick={() => setAll(!all)}
        >
          {all ? t("record.hide_empty") : t("record.show_empty", { count: hidden })}
        </button>
      )}
    </section>
  );
}

/** Label and value; the value is edited in place. */
function FieldLine({
  entity,
  field,
  record,
  editable,
}: RecordPartProps & { field: FieldDefinition; editable: boolean }) {
  const text = useText();
  const [editing, setEditing] = useState(false);
  const label = fieldLabel(text, entity, field.name);
  return (
    <div className="group grid min-h-7 grid-cols-[8.5rem_minmax(0,1fr)] items-start gap-x-3 py-[3px] text-body touch:min-h-11 touch:grid-cols-[9rem_minmax(0,1fr)] touch:items-center">
      <dt className="text-text-3">{label}</dt>
      <dd className="flex min-w-0 items-start gap-1">
        {editing ? (
          <InlineEdit entity={entity} field={field} record={record} onClose={() => setEditing(false)} />
        ) : (
          <>
            <span className={field.mono ? "min-w-0 break-words font-mono text-sm" : "min-w-0 break-words"}>
              {hasValue(record[field.name]) ? (
                <FieldValue entity={entity} field={field} record={record} />
              ) : (
                <None />
              )}
            </span>
            {editable && (
              <button
                type="button"
                aria-label={text.t("record.edit_field", { field: label })}
                title={text.t("record.edit_field", { field: label })}
                onClick={() => setEditing(true)}
                className="grid size-5 shrink-0 place-items-center rounded-tag text-text-3 opacity-0 hover:bg-muted hover:text-text focus-visible:opacity-100 group-hover:opacity-100 touch:hidden"
              >
                <Pencil size={12} aria-hidden="true" />
              </button>
            )}
          </>
        )}
      </dd>
    </div>
  );
}
