import type { EntityDefinition, FieldDefinition, FormSection, RecordData } from "@opsflux/ui";
import { Tabs } from "radix-ui";
import { useEffect, useState } from "react";
import { useLocation } from "react-router";
import { ApiError } from "../../../shared/api/api_error";
import { companyEntity, useCompaniesExist } from "../../../shared/api/companies";
import {
  fieldHelp,
  fieldLabel,
  formTabLabel,
  ruleText,
  sectionLabel,
} from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { Field } from "../../../shared/ui/field";
import { type Conditions, useConditions } from "../api/conditions";
import { type DraftControl, formFields } from "../api/draft";
import { usePartLists } from "../api/parts";
import { FieldEditor } from "./field_editor";
import { PartsEditor } from "./parts_editor";

export interface FormSectionsProps {
  entity: EntityDefinition;
  draft: DraftControl;
  error: Error | null;
  /** The record before the changes. */
  record: RecordData | undefined;
}

interface SectionsPart extends FormSectionsProps {
  conditions: Conditions;
  problems: ApiError["fields"];
}

const isRefused = (section: FormSection, problems: ApiError["fields"]) =>
  section.fields.some((name) => problems.some((problem) => problem.field === name));

/** One section below the other; those that name a tab stand in it, below those that name none. */
export function FormSections(props: FormSectionsProps) {
  const { entity, draft, error, record } = props;
  const conditions = useConditions(entity, draft.draft, record);
  const lists = usePartLists(entity);
  const problems = error instanceof ApiError ? error.fields : [];
  const all = entity.views?.form?.sections ?? [
    { id: "", fields: formFields(entity).map((field) => field.name) },
  ];
  const shown = all.filter(conditions.section);
  const part = { ...props, conditions, problems };
  const { hash } = useLocation();
  const first = hash ? undefined : firstField(entity, shown);
  const tabs = [...new Set(shown.map((section) => section.tab).filter((tab) => tab !== undefined))];
  return (
    <>
      {shown
        .filter((section) => section.tab === undefined)
        .map((section) => (
          <SectionPart key={section.id} {...part} section={section} first={first} />
        ))}
      {tabs.length > 0 && <SectionTabs {...part} sections={shown} tabs={tabs} hash={hash} first={first} />}
      {lists.map((list) => (
        <PartsEditor
          key={list.name}
          list={list}
          draft={draft.draft}
          problems={problems}
          onChange={(parts) => draft.set(list.name, parts)}
        />
      ))}
      <ScrollTo hash={hash} />
    </>
  );
}

function firstField(entity: EntityDefinition, sections: FormSection[]): string | undefined {
  const asked = new Set(formFields(entity).map((field) => field.name));
  const ordered = [...sections].sort((a, b) => Number(a.tab !== undefined) - Number(b.tab !== undefined));
  return ordered.flatMap((section) => section.fields).find((name) => asked.has(name));
}

function ScrollTo({ hash }: { hash: string }) {
  useEffect(() => {
    if (hash) document.getElementById(hash.slice(1))?.scrollIntoView({ block: "start" });
  }, [hash]);
  return null;
}

interface SectionTabsProps extends SectionsPart {
  sections: FormSection[];
  tabs: string[];
  hash: string;
  first: string | undefined;
}

/** What is refused in another tab opens it. */
function SectionTabs({ sections, tabs, hash, first, ...part }: SectionTabsProps) {
  const { entity, error, problems } = part;
  const text = useText();
  const linked = sections.find((section) => `#section-${section.id}` === hash)?.tab;
  const [chosen, setChosen] = useState(linked);
  const current = tabs.find((tab) => tab === chosen) ?? tabs[0] ?? "";
  const inTab = (tab: string) => sections.filter((section) => section.tab === tab);
  const refused = (tab: string) => inTab(tab).filter((section) => isRefused(section, problems)).length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new refusal changes the tab
  useEffect(() => {
    const wrong = tabs.find((tab) => refused(tab) > 0);
    if (wrong !== undefined && refused(current) === 0) setChosen(wrong);
  }, [error]);
  return (
    <Tabs.Root value={current} onValueChange={setChosen}>
      <Tabs.List className="scroll-quiet mb-5 flex gap-1 overflow-x-auto border-line border-b">
        {tabs.map((tab) => (
          <Tabs.Trigger
            key={tab}
            value={tab}
            data-focus="inside"
            className="group relative flex h-9 shrink-0 items-center gap-2 px-2.5 text-body whitespace-nowrap text-text-2 hover:text-text data-[state=active]:font-strong data-[state=active]:text-text touch:h-11 touch:text-lg"
          >
            {formTabLabel(text, entity, tab)}
            {refused(tab) > 0 && (
              <span className="text-danger-text text-xs">{text.n("form.tab_refused", refused(tab))}</span>
            )}
            <span
              aria-hidden="true"
              className="absolute inset-x-1.5 bottom-0 hidden h-0.5 rounded-full bg-accent group-data-[state=active]:block"
            />
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {tabs.map((tab) => (
        // What was typed in a tab stays while another one is open.
        <Tabs.Content key={tab} value={tab} forceMount hidden={tab !== current} tabIndex={-1}>
          {inTab(tab).map((section) => (
            <SectionPart key={section.id} {...part} section={section} first={first} />
          ))}
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}

interface SectionPartProps extends SectionsPart {
  section: FormSection;
  /** The field that the form begins at. */
  first: string | undefined;
}

function SectionPart({ section, first, ...part }: SectionPartProps) {
  const { entity } = part;
  const text = useText();
  const asked = formFields(entity);
  const fields = section.fields
    .map((name) => asked.find((field) => field.name === name))
    .filter((field) => field !== undefined);
  return (
    <section
      id={`section-${section.id}`}
      className="mb-8 scroll-mt-4"
      aria-label={section.id ? sectionLabel(text, entity, section.id) : undefined}
    >
      {section.id && (
        <h2 className="mb-4 border-line border-b pb-1.5 font-strong text-lg">
          {sectionLabel(text, entity, section.id)}
        </h2>
      )}
      <div className="grid gap-4">
        {fields.map((field) => (
          <FormField key={field.name} {...part} field={field} autoFocus={field.name === first} />
        ))}
      </div>
    </section>
  );
}

interface FormFieldProps extends SectionsPart {
  field: FieldDefinition;
  autoFocus: boolean;
}

/** The server's word comes first; before it a rule of the definition that does not hold is told. */
function FormField({ entity, draft, record, field, conditions, problems, autoFocus }: FormFieldProps) {
  const text = useText();
  const { name } = field;
  const { visible, required, read_only, broken } = conditions.field(name);
  const companies = useCompaniesExist(field.to === companyEntity);
  if (!visible) return null;
  // Where nobody made a company, nobody is asked for one.
  if (field.to === companyEntity && !required && !draft.draft[name] && !companies) return null;
  const refusal = problems.find((problem) => problem.field === name)?.detail;
  return (
    <Field
      label={fieldLabel(text, entity, name)}
      help={fieldHelp(text, entity, name)}
      error={refusal ?? (broken && ruleText(text, entity, broken.id))}
      optional={!required}
      required={required}
    >
      {(ids) => (
        <FieldEditor
          ids={ids}
          entity={entity}
          field={{ ...field, required, read_only }}
          value={draft.draft[name] ?? null}
          label={record?._labels?.[name]}
          values={draft.draft}
          files={record?._files}
          autoFocus={autoFocus}
          onChange={(value) => draft.set(name, value)}
        />
      )}
    </Field>
  );
}
