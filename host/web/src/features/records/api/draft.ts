import type { EntityDefinition, FieldDefinition, RecordData } from "@opsflux/ui";
import { useEffect, useState } from "react";
import type { Draft } from "../../../shared/api/records";
import { recall, remember } from "../../../shared/ui/preferences";

/** Nothing is nothing, however it is written. */
export function sameValue(a: unknown, b: unknown): boolean {
  const plain = (value: unknown) =>
    value === undefined || value === "" || (Array.isArray(value) && value.length === 0) ? null : value;
  return JSON.stringify(plain(a)) === JSON.stringify(plain(b));
}

/** The fields that a form asks for: not those that only the module's code sets. */
export function formFields(entity: EntityDefinition): FieldDefinition[] {
  return entity.fields.filter((field) => !field.read_only);
}

/** What differs from the record, or for a new one from nothing. Booleans and defaults of a new one count. */
export function changesOf(entity: EntityDefinition, draft: Draft, record: RecordData | undefined): Draft {
  const changed = formFields(entity).filter(
    (field) => field.name in draft && !sameValue(draft[field.name], record?.[field.name]),
  );
  return Object.fromEntries(changed.map((field) => [field.name, toSend(field, draft[field.name])]));
}

/** JSON is typed as text; what cannot be read is sent as it is, so that the server names the field. */
function toSend(field: FieldDefinition, value: unknown): unknown {
  if (field.type === "tags") return value ?? [];
  if (field.type !== "json" || typeof value !== "string") return value ?? null;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** The values a new record begins with: the definition's defaults, then those of the address. */
export function initialDraft(entity: EntityDefinition, search: URLSearchParams): Draft {
  const draft: Draft = {};
  for (const field of formFields(entity)) {
    const today = new Date().toISOString();
    const first =
      field.default === "today" && field.type === "date"
        ? today.slice(0, 10)
        : field.default === "now" && field.type === "datetime"
          ? today
          : field.default;
    if (first !== undefined && first !== null) draft[field.name] = first;
    const given = search.get(field.name);
    if (given !== null) draft[field.name] = given;
  }
  return draft;
}

interface KeptDraft {
  at: string;
  version: number | undefined;
  draft: Draft;
}

const keepAfter = 400;

function readKept(key: string): KeptDraft | undefined {
  const text = recall(key);
  if (!text) return undefined;
  try {
    return JSON.parse(text) as KeptDraft;
  } catch {
    return undefined;
  }
}

export interface DraftControl {
  draft: Draft;
  set(name: string, value: unknown): void;
  setAll(draft: Draft): void;
  /** When the draft that was taken up again was kept. */
  resumedFrom: string | undefined;
  /** Forgets the draft on the device and goes back to the start. */
  discard(): void;
  /** After saving: nothing is kept. */
  forget(): void;
}

/** What was typed, kept on the device until it is saved or thrown away. */
export function useDraft(key: string, start: Draft, version: number | undefined): DraftControl {
  const name = `draft.${key}`;
  const [kept] = useState(() => readKept(name));
  const [draft, setDraft] = useState<Draft>(() => ({ ...start, ...kept?.draft }));
  const [changed, setChanged] = useState(false);
  const [resumedFrom, setResumedFrom] = useState(kept?.at);
  useEffect(() => {
    if (!changed) return;
    const timer = setTimeout(
      () =>
        remember(name, JSON.stringify({ at: new Date().toISOString(), version, draft } satisfies KeptDraft)),
      keepAfter,
    );
    return () => clearTimeout(timer);
  }, [name, draft, changed, version]);
  const forget = () => {
    setChanged(false);
    remember(name, undefined);
  };
  return {
    draft,
    set: (field, value) => {
      setChanged(true);
      setDraft((old) => ({ ...old, [field]: value }));
    },
    setAll: (next) => {
      setChanged(true);
      setDraft(next);
    },
    resumedFrom,
    discard: () => {
      forget();
      setResumedFrom(undefined);
      setDraft(start);
    },
    forget,
  };
}
