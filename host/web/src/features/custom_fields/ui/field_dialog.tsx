import { Button, type EntityDefinition } from "@opsflux/ui";
import { ChevronRight } from "lucide-react";
import { type FormEvent, type ReactNode, useRef, useState } from "react";
import { ApiError } from "../../../shared/api/api_error";
import { entityWord, sectionLabel } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { Field } from "../../../shared/ui/field";
import { useFirstRefusal } from "../../../shared/ui/first_refusal";
import { FormAlert } from "../../../shared/ui/form_alert";
import { Dialog } from "../../../shared/ui/overlay";
import { errorText } from "../../../shared/ui/states";
import { say } from "../../../shared/ui/toast";
import { type CustomField, useSaveField } from "../api/custom_fields";
import {
  bodyOf,
  draftOf,
  emptyDraft,
  type FieldDraft,
  hasValues,
  labelOf,
  mayBeUnique,
  maySearch,
  typeGroups,
  withText,
} from "../api/field_draft";
import { anyFile } from "../api/file_kinds";
import { Access, AdvancedRules } from "./field_advanced";
import { DefaultValue, TypeRules } from "./field_rules";
import { Translations } from "./field_texts";
import { FileRules } from "./file_rules";
import { ValueList } from "./value_list";

export interface DraftPart {
  entity: EntityDefinition;
  draft: FieldDraft;
  change: (part: Partial<FieldDraft>) => void;
  /** What the server refused at a place such as "field.max". */
  refusal: (at: string) => string | undefined;
  /** It is there already, so that what decides how values are stored stays. */
  fixed: boolean;
}

export interface FieldDialogProps {
  entity: EntityDefinition;
  /** Undefined: a new one. */
  field: CustomField | undefined;
  onClose: () => void;
}

export function FieldDialog({ entity, field, onClose }: FieldDialogProps) {
  const text = useText();
  const { t } = text;
  const [draft, setDraft] = useState<FieldDraft>(field ? draftOf(field) : emptyDraft);
  const save = useSaveField(field?.id);
  const form = useRef<HTMLFormElement>(null);
  useFirstRefusal(form, save.error);
  const problems = save.error instanceof ApiError ? save.error.fields : [];
  const refusal = (at: string) => problems.find((problem) => problem.field === at)?.detail;
  const isRefused = (places: RegExp) => problems.some((problem) => places.test(problem.field ?? ""));
  const part: DraftPart = {
    entity,
    draft,
    change: (changed) => setDraft((now) => ({ ...now, ...changed })),
    refusal,
    fixed: field !== undefined,
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(bodyOf(draft, field, entity.name), {
      onSuccess: (saved) => {
        say(t("fields.saved", { field: labelOf(saved, text.language) }));
        onClose();
      },
    });
  };
  const parts = (
    <>
      <Naming {...part} />
      <TypeChoice {...part} />
      {hasValues(draft.type) && <ValueList {...part} />}
      <TypeRules {...part} />
      <FileRules {...part} />
      <Flags {...part} />
      <DefaultValue {...part} />
      <SectionChoice {...part} />
      <Fold title={t("fields.translations")} open={isRefused(/^texts\./)}>
        <Translations {...part} />
      </Fold>
      <Fold title={t("fields.access")} open={isRefused(/^field\.(view|edit|personal)/)}>
        <Access {...part} />
      </Fold>
      <Fold title={t("fields.advanced")} open={isRefused(/^(name|field\..*_if)$/)}>
        <AdvancedRules {...part} />
      </Fold>
    </>
  );
  // What no part shows stands on top.
  const others = problems.filter((problem) => !shownSomewhere(problem.field));
  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={
        field ? labelOf(field, text.language) : t("fields.new", { entity: entityWord(text, entity, "many") })
      }
      foot={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" form="custom-field" busy={save.isPending}>
            {t(field ? "action.save" : "fields.add")}
          </Button>
        </>
      }
    >
      <form id="custom-field" ref={form} onSubmit={submit} noValidate className="grid gap-4 py-1">
        {save.error && (problems.length === 0 || others.length > 0) && (
          <FormAlert>
            {problems.length === 0
              ? errorText(text, save.error)
              : others.map((problem) => <p key={problem.field}>{problem.detail}</p>)}
          </FormAlert>
        )}
        {parts}
      </form>
    </Dialog>
  );
}

const places =
  /^(name|section|texts(\.\w\w(\.(label|help))?)?|field\.(type|values|min|max|pattern|precision|scale|unit|placeholder|currency|to|max_items|max_size|accept|default|unique|visible_if|required_if|read_only_if))$/;

const shownSomewhere = (field: string | undefined) => field !== undefined && places.test(field);

interface FoldProps {
  title: string;
  open: boolean;
  children: ReactNode;
}

/** What is seldom needed; opens by itself when something in it was refused. */
function Fold({ title, open, children }: FoldProps) {
  return (
    <details open={open || undefined} className="group rounded-control border border-line">
      <summary className="flex min-h-9 cursor-pointer list-none items-center gap-2 rounded-control px-3 font-medium text-sm hover:bg-muted touch:min-h-11">
        <ChevronRight size={15} aria-hidden="true" className="transition-transform group-open:rotate-90" />
        {title}
      </summary>
      <div className="grid gap-4 px-3 pt-1 pb-3">{children}</div>
    </details>
  );
}

/** In the language of the screen; other languages stand further down. */
function Naming({ draft, change, refusal }: DraftPart) {
  const { t, language } = useText();
  const own = draft.texts[language] ?? {};
  const set = (key: "label" | "help", value: string) =>
    change({ texts: withText(draft.texts, language, (texts) => ({ ...texts, [key]: value })) });
  return (
    <>
      <Field
        label={t("fields.label")}
        required
        error={refusal(`texts.${language}.label`) ?? refusal(`texts.${language}`) ?? refusal("texts")}
      >
        {(ids) => (
          <input
            {...ids}
            className="control"
            autoFocus
            maxLength={100}
            value={own.label ?? ""}
            onChange={(event) => set("label", event.target.value)}
          />
        )}
      </Field>
      <Field label={t("fields.help")} optional error={refusal(`texts.${language}.help`)}>
        {(ids) => (
          <input
            {...ids}
            className="control"
            maxLength={500}
            value={own.help ?? ""}
            onChange={(event) => set("help", event.target.value)}
          />
        )}
      </Field>
    </>
  );
}

function TypeChoice({ draft, change, refusal, fixed }: DraftPart) {
  const { t } = useText();
  return (
    <Field
      label={t("fields.type")}
      help={fixed ? t("fields.type_fixed") : undefined}
      error={refusal("field.type")}
    >
      {(ids) => (
        <select
          {...ids}
          className="control"
          disabled={fixed}
          value={draft.type}
          onChange={(event) =>
            change({
              type: event.target.value as FieldDraft["type"],
              rules: {},
              accepted: anyFile,
              default: null,
            })
          }
        >
          {typeGroups.map((group) => (
            <optgroup key={group.key} label={t(`fields.types.${group.key}`)}>
              {group.types.map((type) => (
                <option key={type} value={type}>
                  {t(`field_type.${type}` as "field_type.text")}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      )}
    </Field>
  );
}

function Flags({ draft, change, refusal }: DraftPart) {
  const { t } = useText();
  const unique = refusal("field.unique");
  const flags = [
    { key: "required", label: t("fields.required_flag"), offered: true },
    { key: "unique", label: t("fields.unique_flag"), offered: mayBeUnique(draft.type) },
    { key: "search", label: t("fields.search_flag"), offered: maySearch(draft.type) },
  ] as const;
  return (
    <div className="grid gap-1.5">
      {flags
        .filter((flag) => flag.offered)
        .map((flag) => (
          <label
            key={flag.key}
            className="flex min-h-7 cursor-pointer items-center gap-2.5 text-body touch:min-h-11"
          >
            <input
              type="checkbox"
              className="tick"
              aria-invalid={(flag.key === "unique" && unique !== undefined) || undefined}
              checked={draft[flag.key]}
              onChange={(event) => change({ [flag.key]: event.target.checked })}
            />
            {flag.label}
          </label>
        ))}
      {unique && <p className="text-danger-text text-sm">{unique}</p>}
    </div>
  );
}

function SectionChoice({ entity, draft, change, refusal }: DraftPart) {
  const text = useText();
  const sections = (entity.views?.form?.sections ?? []).filter((section) => section.id !== "custom");
  if (sections.length === 0) return null;
  return (
    <Field label={text.t("fields.section")} error={refusal("section")}>
      {(ids) => (
        <select
          {...ids}
          className="control"
          value={draft.section}
          onChange={(event) => change({ section: event.target.value })}
        >
          <option value="">{text.t("fields.section_own")}</option>
          {sections.map((section) => (
            <option key={section.id} value={section.id}>
              {sectionLabel(text, entity, section.id)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
