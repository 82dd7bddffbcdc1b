import type { EntityDefinition, FieldDefinition, RecordData } from "@opsflux/ui";
import { type ComponentProps, lazy, Suspense } from "react";
import { enumLabel } from "../../../shared/i18n/entity_text";
import { type Text, useText } from "../../../shared/i18n/text";
import { countryCodes } from "../../../shared/ui/countries";
import { currencyCodes } from "../../../shared/ui/currencies";
import type { FieldIds } from "../../../shared/ui/field";
import { shownNumber, typedNumber } from "../../../shared/ui/typed_number";
import { momentOf, wallText } from "../../../shared/values/zone";
import { DurationEditor, MoneyEditor } from "./amount_editors";
import { ReferenceEditor } from "./reference_editor";
import { TagsEditor } from "./tags_editor";

/** What few forms need is read with the first of them. */
const composed = (name: "AddressEditor" | "ChoicesEditor" | "ColorEditor" | "GeoEditor") =>
  lazy(() => import("./composed_editors").then((module) => ({ default: module[name] })));
const AddressEditor = composed("AddressEditor");
const ChoicesEditor = composed("ChoicesEditor");
const ColorEditor = composed("ColorEditor");
const GeoEditor = composed("GeoEditor");
const AnyEditor = lazy(() => import("./references_editor").then((module) => ({ default: module.AnyEditor })));
const ReferencesEditor = lazy(() =>
  import("./references_editor").then((module) => ({ default: module.ReferencesEditor })),
);
const FilesEditor = lazy(() => import("./files_editor").then((module) => ({ default: module.FilesEditor })));
const RichTextEditor = lazy(() =>
  import("./rich_text_editor").then((module) => ({ default: module.RichTextEditor })),
);

export interface FieldEditorProps {
  ids: FieldIds & { "aria-label"?: string };
  entity: EntityDefinition;
  field: FieldDefinition;
  value: unknown;
  /** `null` for nothing. */
  onChange: (value: unknown) => void;
  autoFocus?: boolean;
  /** What to show for a reference until its record is read. */
  label?: string;
  /** The record's other values: an amount may stand in the currency of another field. */
  values?: Record<string, unknown>;
  /** What is known of the files that the record names. */
  files?: RecordData["_files"];
}

const inputTypes: Partial<Record<FieldDefinition["type"], string>> = {
  email: "email",
  phone: "tel",
  url: "url",
  date: "date",
};

function textOf(value: unknown): string {
  return value === null || value === undefined ? "" : String(value);
}

/** "2026-11-21T07:05:03Z" as the browser's own field wants it, in the user's zone. */
/** The control for a field's type. */
export function FieldEditor(props: FieldEditorProps) {
  return (
    <Suspense fallback={<span className="block h-(--control-h)" />}>
      <TypeEditor {...props} />
    </Suspense>
  );
}

function TypeEditor(props: FieldEditorProps) {
  const { ids, field, value, onChange, autoFocus } = props;
  const text = textOf(value);
  const shared = { ...ids, name: field.name, autoFocus, disabled: field.read_only };
  const change = (next: string) => onChange(next === "" ? null : next);
  switch (field.type) {
    case "enum":
    case "country":
    case "currency":
      return <ChoiceEditor {...props} />;
    case "boolean":
      return <BooleanEditor {...props} />;
    case "reference":
    case "parent":
    case "user":
    case "group":
      return <ReferenceEditor {...props} />;
    case "references":
      return <ReferencesEditor {...props} />;
    case "any":
      return <AnyEditor {...props} />;
    case "enums":
      return <ChoicesEditor {...props} />;
    case "richtext":
      return <RichTextEditor {...props} />;
    case "money":
      return <MoneyEditor {...props} />;
    case "duration":
      return <DurationEditor {...props} />;
    case "color":
      return <ColorEditor {...props} />;
    case "address":
      return <AddressEditor {...props} />;
    case "geo":
      return <GeoEditor {...props} />;
    case "file":
    case "files":
    case "image":
      return <FilesEditor {...props} />;
    case "tags":
      return <TagsEditor {...props} />;
    case "longtext":
    case "json":
      return (
        <textarea
          {...shared}
          className="control h-auto! py-2"
          rows={5}
          value={
            field.type === "json" && typeof value === "object" && value !== null
              ? JSON.stringify(value, null, 2)
              : text
          }
          onChange={(event) => change(event.target.value)}
        />
      );
    case "integer":
    case "decimal":
      return <NumberEditor {...props} />;
    case "datetime":
      return <MomentEditor {...shared} text={text} change={change} />;
    default:
      return (
        <input
          {...shared}
          type={inputTypes[field.type] ?? "text"}
          placeholder={field.placeholder}
          className={field.mono ? "control font-mono" : "control"}
          autoComplete="off"
          value={text}
          onChange={(event) => change(event.target.value)}
        />
      );
  }
}

/** Days and hours as the reader's clocks show them. */
function MomentEditor({
  text,
  change,
  ...shared
}: ComponentProps<"input"> & { text: string; change: (value: string) => void }) {
  const { zone } = useText().format;
  return (
    <input
      {...shared}
      type="datetime-local"
      className="control"
      value={wallText(text, zone)}
      onChange={(event) => change(event.target.value && momentOf(event.target.value, zone))}
    />
  );
}

/** No number input, which would not take a comma everywhere; the server checks the range. */
function NumberEditor({ ids, field, value, onChange, autoFocus }: FieldEditorProps) {
  const { language } = useText();
  const type = field.type === "integer" ? "integer" : "decimal";
  return (
    <span className="flex items-center gap-2">
      <input
        {...ids}
        name={field.name}
        autoFocus={autoFocus}
        disabled={field.read_only}
        inputMode={type === "integer" ? "numeric" : "decimal"}
        className="control max-w-48"
        autoComplete="off"
        value={shownNumber(language, value)}
        onChange={(event) => onChange(typedNumber(type, event.target.value))}
      />
      {field.unit && <span className="text-text-3 text-xs">{field.unit}</span>}
    </span>
  );
}

function optionsOf(text: Text, entity: EntityDefinition, field: FieldDefinition) {
  const named = (codes: readonly string[], label: (code: string) => string) =>
    codes
      .map((code) => ({ value: code, label: label(code) }))
      .sort((a, b) => a.label.localeCompare(b.label, text.language));
  if (field.type === "country") return named(countryCodes, text.format.country);
  if (field.type === "currency")
    return named(currencyCodes, (code) => `${text.format.currency(code)} (${code})`);
  return (field.values ?? []).map((name) => ({
    value: name,
    label: enumLabel(text, entity, field.name, name),
  }));
}

function ChoiceEditor({ ids, entity, field, value, onChange, autoFocus }: FieldEditorProps) {
  const text = useText();
  const options = optionsOf(text, entity, field);
  return (
    <select
      {...ids}
      name={field.name}
      autoFocus={autoFocus}
      disabled={field.read_only}
      className="control choice"
      value={textOf(value)}
      onChange={(event) => onChange(event.target.value || null)}
    >
      {(!field.required || textOf(value) === "") && <option value="">{text.t("form.none")}</option>}
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}

function BooleanEditor({ ids, field, value, onChange, autoFocus }: FieldEditorProps) {
  const { t } = useText();
  return (
    <select
      {...ids}
      name={field.name}
      autoFocus={autoFocus}
      disabled={field.read_only}
      className="control choice max-w-48"
      value={textOf(value)}
      onChange={(event) => onChange(event.target.value === "" ? null : event.target.value === "true")}
    >
      {(value === null || value === undefined || value === "") && <option value="">{t("form.none")}</option>}
      <option value="true">{t("value.yes")}</option>
      <option value="false">{t("value.no")}</option>
    </select>
  );
}
