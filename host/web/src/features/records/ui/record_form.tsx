import { Button, classNames, type EntityDefinition, type RecordData } from "@opsflux/ui";
import { type FormEvent, useRef, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { ApiError, isStatus } from "../../../shared/api/api_error";
import { entityPath, recordPath, useApp } from "../../../shared/api/app";
import { type Draft, useCreateRecord, useUpdateRecord } from "../../../shared/api/records";
import { titleOf } from "../../../shared/api/title";
import { useText } from "../../../shared/i18n/text";
import { useFirstRefusal } from "../../../shared/ui/first_refusal";
import { FormAlert } from "../../../shared/ui/form_alert";
import { commandKey, useShortcuts } from "../../../shared/ui/shortcuts";
import { errorText } from "../../../shared/ui/states";
import { say } from "../../../shared/ui/toast";
import { type Alike, alikeTo } from "../api/alike";
import { type Conflict, disputed } from "../api/conflict";
import { changesOf, type DraftControl, formFields, initialDraft, useDraft } from "../api/draft";
import { changedParts, usePartLists } from "../api/parts";
import { AlikeDialog } from "./alike";
import { ConflictDialog } from "./conflict_dialog";
import { FormSections } from "./form_sections";

export interface RecordFormProps {
  entity: EntityDefinition;
  title: string;
  record: RecordData | undefined;
}

/** Saving: errors stay at their fields, a conflict asks, success goes to the record. */
function useSave(entity: EntityDefinition, first: RecordData | undefined, draft: DraftControl) {
  const text = useText();
  const navigate = useNavigate();
  const create = useCreateRecord(entity);
  const update = useUpdateRecord(entity);
  const lists = usePartLists(entity);
  const [conflict, setConflict] = useState<Conflict>();
  const [alike, setAlike] = useState<{ found: Alike[]; changes: Draft }>();
  const [looking, setLooking] = useState(false);
  const done = (saved: RecordData) => {
    draft.forget();
    say(text.t(first ? "form.saved" : "form.created", { name: titleOf(entity, saved) }));
    void navigate(recordPath(entity, saved.id), { replace: true });
  };
  const write = (version: number, changes: Record<string, unknown>) =>
    update.mutate(
      { id: first?.id ?? "", version, changes },
      {
        onSuccess: done,
        onError: (error) => {
          if (!isStatus(error, 412) || !(error instanceof ApiError) || !error.problem.current) return;
          const current = error.problem.current as RecordData;
          // A draft of another day was begun on a record that is not at hand any more.
          const next = { current, mine: changes, base: draft.version === first?.version ? first : undefined };
          if (disputed(next).length === 0) write(current.version, changes);
          else setConflict(next);
        },
      },
    );
  // What cannot be looked for stops nobody: the server judges what is sent anyway.
  const lookAndCreate = async (changes: Draft) => {
    setLooking(true);
    const found = await alikeTo(entity, changes).catch(() => []);
    setLooking(false);
    if (found.length > 0) setAlike({ found, changes });
    else create.mutate(changes, { onSuccess: done });
  };
  const createAnyway = () => {
    if (alike) create.mutate(alike.changes, { onSuccess: done });
    setAlike(undefined);
  };
  const save = () => {
    const changes = changesOf(entity, draft.draft, first);
    for (const list of lists) {
      const parts = changedParts(list, draft.draft, first);
      if (parts) changes[list.name] = parts;
    }
    if (!first) void lookAndCreate(changes);
    else if (Object.keys(changes).length === 0) done(first);
    else write(draft.version ?? first.version, changes);
  };
  const error = conflict ? null : (create.error ?? update.error);
  const busy = looking || create.isPending || update.isPending;
  return { save, write, done, error, busy, conflict, setConflict, alike, setAlike, createAnyway };
}

export function RecordForm({ entity, title, record }: RecordFormProps) {
  const [first] = useState(record);
  const [search] = useSearchParams();
  const { user } = useApp();
  const lists = usePartLists(entity);
  const [start] = useState(() =>
    first
      ? Object.fromEntries(
          [...formFields(entity), ...lists].map(({ name }): [string, unknown] => [name, first[name]]),
        )
      : initialDraft(entity, search, user.id),
  );
  const draft = useDraft(`${entity.name}.${first?.id ?? `new${search.toString()}`}`, start, first?.version);
  const saving = useSave(entity, first, draft);
  const form = useRef<HTMLFormElement>(null);
  useShortcuts({ "mod+enter": () => form.current?.requestSubmit() });
  useFirstRefusal(form, saving.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!saving.busy) saving.save();
  };
  return (
    <form
      ref={form}
      onSubmit={submit}
      noValidate
      className="flex h-full flex-col touch:bg-surface"
      aria-label={title}
    >
      <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-6 py-5 touch:px-4">
        <div className={classNames("mx-auto", entity.parts ? "max-w-225" : "max-w-140")}>
          <h1 className="mb-5 font-strong text-2xl leading-tight tracking-title">{title}</h1>
          <ResumedDraft draft={draft} />
          <FormProblem entity={entity} error={saving.error} />
          <FormSections
            key={draft.resumedFrom ?? ""}
            entity={entity}
            draft={draft}
            error={saving.error}
            record={first}
          />
        </div>
      </div>
      <FormFoot entity={entity} record={first} draft={draft} busy={saving.busy} />
      {saving.alike && (
        <AlikeDialog
          entity={entity}
          alike={saving.alike.found}
          onClose={() => saving.setAlike(undefined)}
          onCreate={saving.createAnyway}
        />
      )}
      {saving.conflict && (
        <ConflictDialog
          entity={entity}
          conflict={saving.conflict}
          onClose={() => saving.setConflict(undefined)}
          onResolve={(changes) => {
            const { current } = saving.conflict as Conflict;
            saving.setConflict(undefined);
            if (Object.keys(changes).length === 0) saving.done(current);
            else saving.write(current.version, changes);
          }}
        />
      )}
    </form>
  );
}

function ResumedDraft({ draft }: { draft: DraftControl }) {
  const { t, format } = useText();
  if (!draft.resumedFrom) return null;
  return (
    <p
      role="status"
      className="mb-5 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-control border border-info-line bg-info-soft px-3 py-2 text-info-text text-body"
    >
      <span className="flex-1">{t("form.draft", { ago: format.ago(draft.resumedFrom) })}</span>
      <button type="button" className="font-medium underline underline-offset-3" onClick={draft.discard}>
        {t("form.discard_draft")}
      </button>
    </p>
  );
}

/** What is said of the whole; what is said of a field stands at the field, unless the form does not show it. */
function FormProblem({ entity, error }: { entity: EntityDefinition; error: Error | null }) {
  const text = useText();
  const lists = usePartLists(entity);
  if (!error) return null;
  const shown = new Set([...formFields(entity), ...lists].map(({ name }) => name));
  const problems = error instanceof ApiError ? error.fields : [];
  const others = problems.filter((problem) => !shown.has(problem.field.split("/")[0] ?? ""));
  if (problems.length > 0 && others.length === 0)
    return (
      <div className="mb-5">
        <FormAlert>{text.n("form.refused", problems.length)}</FormAlert>
      </div>
    );
  return (
    <div className="mb-5">
      <FormAlert>
        {others.length === 0
          ? errorText(text, error)
          : others.map((problem) => <p key={problem.field + problem.code}>{problem.detail}</p>)}
      </FormAlert>
    </div>
  );
}

interface FormFootProps {
  entity: EntityDefinition;
  record: RecordData | undefined;
  draft: DraftControl;
  busy: boolean;
}

function FormFoot({ entity, record, draft, busy }: FormFootProps) {
  const { t } = useText();
  const navigate = useNavigate();
  const cancel = () => {
    draft.forget();
    void navigate(record ? recordPath(entity, record.id) : entityPath(entity));
  };
  return (
    <footer className="shrink-0 border-line border-t bg-surface px-6 py-3 touch:px-4">
      <div className={classNames("mx-auto flex gap-2", entity.parts ? "max-w-225" : "max-w-140")}>
        <Button type="submit" kind="primary" shortcut={`${commandKey}↵`} busy={busy} className="touch:flex-1">
          {t("action.save")}
        </Button>
        <Button onClick={cancel}>{t("action.cancel")}</Button>
      </div>
    </footer>
  );
}
