import { Button, classNames, type FieldDefinition, type RecordData } from "@opsflux/ui";
import { ArrowDown, ArrowUp, OctagonMinus, Plus, Trash2 } from "lucide-react";
import { useId, useRef } from "react";
import type { ApiError } from "../../../shared/api/api_error";
import { useApp } from "../../../shared/api/app";
import type { Draft } from "../../../shared/api/records";
import { entityWord, fieldLabel } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { FieldValue, hasValue, None } from "../../../shared/ui/field_value";
import { IconButton } from "../../../shared/ui/overlay";
import { useConditions } from "../api/conditions";
import { newPart, type PartList, partFields, partsOf } from "../api/parts";
import { FieldEditor } from "./field_editor";

export interface PartsEditorProps {
  list: PartList;
  draft: Draft;
  problems: ApiError["fields"];
  onChange: (parts: Draft[]) => void;
}

/** Rows keep what was typed in them while others come, go and change places. */
function useRowKeys() {
  const keys = useRef(new WeakMap<Draft, string>());
  const next = useRef(0);
  return {
    of(part: Draft): string {
      const known = typeof part.id === "string" ? part.id : keys.current.get(part);
      if (known) return known;
      next.current += 1;
      keys.current.set(part, `new-${next.current}`);
      return `new-${next.current}`;
    },
    /** A row that was changed is the same row. */
    keep(before: Draft, after: Draft): Draft {
      const key = keys.current.get(before);
      if (key) keys.current.set(after, key);
      return after;
    },
  };
}

/** The parts of a record as rows: changed where they stand, added, moved and taken away; saved with the record. */
export function PartsEditor({ list, draft, problems, onChange }: PartsEditorProps) {
  const text = useText();
  const { user } = useApp();
  const id = useId();
  const keys = useRowKeys();
  const parts = partsOf(list, draft);
  const of = problems.filter((problem) => problem.field === list.name);
  const title = entityWord(text, list.entity, "many");
  const move = (from: number, to: number) => {
    const next = [...parts];
    const [part] = next.splice(from, 1);
    if (part) next.splice(to, 0, part);
    onChange(next);
  };
  return (
    <section aria-labelledby={id} className="mb-8">
      <h2 id={id} className="mb-3 border-line border-b pb-1.5 font-strong text-lg">
        {title}
      </h2>
      {of.map((problem) => (
        <Refusal key={problem.code} detail={problem.detail} />
      ))}
      {parts.length === 0 && <p className="mb-3 text-body text-text-3">{text.t("parts.none")}</p>}
      <ol className="grid gap-3">
        {parts.map((part, index) => (
          <PartRow
            key={keys.of(part)}
            list={list}
            part={part}
            place={index + 1}
            last={index + 1 === parts.length}
            problems={problemsAt(problems, list.name, index)}
            onChange={(changed) =>
              onChange(parts.map((one, at) => (at === index ? keys.keep(one, changed) : one)))
            }
            onMove={(by) => move(index, index + by)}
            onRemove={() => onChange(parts.filter((_, at) => at !== index))}
          />
        ))}
      </ol>
      <Button className="mt-3" onClick={() => onChange([...parts, newPart(list, user.id)])}>
        <Plus size={15} aria-hidden="true" />
        {entityWord(text, list.entity, "new")}
      </Button>
    </section>
  );
}

/** Those of one row, named as its fields: "lines/2/amount" is "amount". */
function problemsAt(problems: ApiError["fields"], name: string, index: number): ApiError["fields"] {
  const at = `${name}/${index}`;
  return problems
    .filter((problem) => problem.field === at || problem.field.startsWith(`${at}/`))
    .map((problem) => ({ ...problem, field: problem.field.slice(at.length + 1) }));
}

function Refusal({ id, detail }: { id?: string; detail: string }) {
  return (
    <p id={id} className="flex gap-1.5 text-danger-text text-sm">
      <OctagonMinus size={14} className="mt-0.5 shrink-0" aria-hidden="true" />
      {detail}
    </p>
  );
}

interface PartRowProps {
  list: PartList;
  part: Draft;
  place: number;
  last: boolean;
  problems: ApiError["fields"];
  onChange: (part: Draft) => void;
  onMove: (by: 1 | -1) => void;
  onRemove: () => void;
}

function PartRow({ list, part, place, last, problems, onChange, onMove, onRemove }: PartRowProps) {
  const text = useText();
  const { entity } = list;
  const stored = typeof part.id === "string" ? (part as RecordData) : undefined;
  const conditions = useConditions(entity, part, stored);
  const fields = partFields(list).filter((field) => conditions.field(field.name).visible);
  const named = new Set(fields.map((field) => field.name));
  const what = `${entityWord(text, entity, "one")} ${place}`;
  return (
    <li
      aria-label={what}
      className="flex items-start gap-2 rounded-control border border-line bg-surface p-3 touch:flex-col touch:items-stretch"
    >
      <span aria-hidden="true" className="w-5 shrink-0 pt-6 text-right text-sm text-text-3 touch:hidden">
        {place}
      </span>
      <div className="min-w-0 flex-1">
        <div className="grid grid-cols-[repeat(auto-fill,minmax(9rem,1fr))] gap-x-3 gap-y-2">
          {fields.map((field) => (
            <PartField
              key={field.name}
              list={list}
              field={{ ...field, ...conditions.field(field.name) }}
              part={part}
              problem={problems.find((problem) => problem.field === field.name)?.detail}
              onChange={(value) => onChange({ ...part, [field.name]: value })}
            />
          ))}
        </div>
        {problems
          .filter((problem) => !named.has(problem.field))
          .map((problem) => (
            <Refusal key={problem.code} detail={problem.detail} />
          ))}
      </div>
      <span className="flex shrink-0 pt-5 touch:justify-end touch:pt-0">
        <IconButton label={text.t("parts.up", { what })} disabled={place === 1} onClick={() => onMove(-1)}>
          <ArrowUp size={15} aria-hidden="true" />
        </IconButton>
        <IconButton label={text.t("parts.down", { what })} disabled={last} onClick={() => onMove(1)}>
          <ArrowDown size={15} aria-hidden="true" />
        </IconButton>
        <IconButton label={text.t("parts.remove", { what })} onClick={onRemove}>
          <Trash2 size={15} aria-hidden="true" />
        </IconButton>
      </span>
    </li>
  );
}

interface PartFieldProps {
  list: PartList;
  field: FieldDefinition;
  part: Draft;
  problem: string | undefined;
  onChange: (value: unknown) => void;
}

const wide = ["longtext", "richtext", "json", "address", "files", "references"];

function PartField({ list, field, part, problem, onChange }: PartFieldProps) {
  const text = useText();
  const { entity } = list;
  const id = useId();
  const label = fieldLabel(text, entity, field.name);
  const record = part as RecordData;
  return (
    <div
      className={classNames("grid min-w-0 content-start gap-1", wide.includes(field.type) && "col-span-full")}
    >
      {field.read_only ? (
        <span className="text-sm text-text-2">{label}</span>
      ) : (
        <label htmlFor={id} className="text-sm text-text-2">
          {label}
          {field.required && <span aria-hidden="true"> *</span>}
        </label>
      )}
      {field.read_only ? (
        <span className="flex min-h-(--control-h) items-center text-body">
          {hasValue(part[field.name]) ? (
            <FieldValue entity={entity} field={field} record={record} plain />
          ) : (
            <None />
          )}
        </span>
      ) : (
        <FieldEditor
          ids={{
            id,
            "aria-describedby": problem ? `${id}-note` : undefined,
            "aria-invalid": problem ? true : undefined,
            "aria-required": field.required || undefined,
          }}
          entity={entity}
          field={field}
          value={part[field.name] ?? null}
          label={record._labels?.[field.name]}
          values={part}
          files={record._files}
          onChange={onChange}
        />
      )}
      {problem && <Refusal id={`${id}-note`} detail={problem} />}
    </div>
  );
}
