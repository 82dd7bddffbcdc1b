import type { EntityDefinition } from "@opsflux/ui";
import { X } from "lucide-react";
import { useState } from "react";
import { useApp, useEntity } from "../../../shared/api/app";
import { entityWord } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { RecordName } from "../../../shared/ui/record_name";
import { splitAny } from "../../../shared/values/structured";
import { groupOf } from "./composed_editors";
import type { FieldEditorProps } from "./field_editor";
import { ReferenceCombobox, Unavailable } from "./reference_editor";

/** Several records of one entity: each with a cross, and a search for the next one. */
export function ReferencesEditor(props: FieldEditorProps) {
  const { ids, field, value, onChange } = props;
  const { t } = useText();
  const target = useEntity(field.to);
  const chosen = Array.isArray(value) ? value.map(String) : [];
  if (!target) return <Unavailable ids={ids} what={field.to} />;
  const full = field.max_items !== undefined && chosen.length >= field.max_items;
  return (
    <div className="grid gap-1.5">
      {chosen.length > 0 && (
        <ul className="flex flex-wrap gap-1">
          {chosen.map((id) => (
            <li
              key={id}
              className="inline-flex h-7 max-w-full items-center gap-1 rounded-tag border border-line bg-subtle pl-2 text-sm touch:h-11"
            >
              <span className="truncate">
                <RecordName to={field.to} id={id} />
              </span>
              {!field.read_only && (
                <button
                  type="button"
                  aria-label={t("references.remove")}
                  onClick={() => onChange(chosen.filter((other) => other !== id))}
                  className="grid h-full w-6 place-items-center rounded-tag text-text-3 hover:text-text touch:w-11"
                >
                  <X size={12} aria-hidden="true" />
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      <ReferenceCombobox
        {...props}
        field={full ? { ...field, read_only: true } : field}
        target={target}
        value={null}
        label=""
        onChange={(id) => {
          if (typeof id === "string" && !chosen.includes(id)) onChange([...chosen, id]);
        }}
      />
    </div>
  );
}

/** First the kind of record, then the record. */
export function AnyEditor(props: FieldEditorProps) {
  const { ids, field, value, onChange } = props;
  const text = useText();
  const { entities } = useApp();
  const given = splitAny(value);
  const [kind, setKind] = useState(given?.entity ?? "");
  const known = entities
    .filter((entity) => entity.rights.includes("view"))
    .map((entity) => ({ entity, label: entityWord(text, entity, "one") }))
    .sort((a, b) => a.label.localeCompare(b.label, text.language));
  const target: EntityDefinition | undefined = known.find(({ entity }) => entity.name === kind)?.entity;
  const choose = (next: string) => {
    setKind(next);
    if (given && next !== given.entity) onChange(null);
  };
  return (
    <div {...groupOf(ids)} className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)] gap-2">
      <select
        aria-label={text.t("any.kind")}
        className="control choice"
        disabled={field.read_only}
        value={kind}
        onChange={(event) => choose(event.target.value)}
      >
        <option value="">{text.t("form.none")}</option>
        {known.map(({ entity, label }) => (
          <option key={entity.name} value={entity.name}>
            {label}
          </option>
        ))}
      </select>
      {target && (
        <ReferenceCombobox
          {...props}
          ids={{ ...ids, id: `${ids.id}-record`, "aria-label": text.t("any.record") }}
          key={target.name}
          label={undefined}
          target={target}
          value={given?.entity === target.name ? given.id : null}
          onChange={(id) => onChange(id === null ? null : `${target.name}/${String(id)}`)}
        />
      )}
    </div>
  );
}
