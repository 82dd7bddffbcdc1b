import type { EntityDefinition, FieldDefinition, RecordData } from "@opsflux/ui";
import { useCallback, useEffect, useRef, useState } from "react";
import type { Draft } from "../../../shared/api/records";
import { recall, remember } from "../../../shared/ui/preferences";
import { isList } from "../../../shared/values/structured";
import { isStepped } from "./status";

/** Nothing is nothing, however it is written. */
export function sameValue(a: unknown, b: unknown): boolean {
  const plain = (value: unknown) =>
    value === undefined || value === "" || (Array.isArray(value) && value.length === 0) ? null : value;
  return JSON.stringify(plain(a)) === JSON.stringify(plain(b));
}

/** The fields that a form asks for: not those that only code sets, nor a status that goes by steps. */
export function formFields(entity: EntityDefinition): FieldDefinition[] {
  return entity.fields.filter((field) => !field.read_only && !isStepped(entity, field.name));
}

/** What differs from the record, or for a new one from nothing. Booleans and defaults of a new one count. */
export function changesOf(entity: EntityDefinition, draft: Draft, record: RecordData | undefined): Draft {
  const changed = formFields(entity).filter(
    (field) => field.name in draft && !sameValue(draft[field.name], record?.[field.name]),
  );
  return Object.fromEntries(changed.map((field) => [field.name, toSend(field, draft[field.name])]));
}

/** JSON is typed as text; what cannot be read is sent as it is, so that the server names the field. */
export function toSend(field: FieldDefinition, value: unknown): unknown {
  if (isList(field)) return value ?? [];
  if (field.type !== "json" || typeof value !== "string") return value ?? null;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** The values a new record begins with: the definition's defaults, then those of the address. */
export function initialDraft(entity: EntityDefinition, search: URLSearchParams, me?: string): Draft {
  const draft: Draft = {};
  for (const field of formFields(entity)) {
    const today = new Date().toISOString();
    const first =
      field.default === "today" && field.type === "date"
        ? today.slice(0, 10)
        : field.default === "now" && field.type === "datetime"
          ? today
          : field.default === "me" && field.type === "user"
            ? me
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
  /** Only the fields that were touched: the others follow the record, which others may change meanwhile. */
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
  /** The version of the record that the draft was begun on; undefined for a new record. */
  version: number | undefined;
  set(name: string, value: unknown): void;
  /** When the draft that was taken up again was kept. */
  resumedFrom: string | undefined;
  /** Forgets the draft on the device and goes back to the start. */
  discard(): void;
  /** After saving: nothing is kept. */
  forget(): void;
}

/** Keeps `touched` a moment after the last change, and at once when the form goes away. */
function useKeeping(name: string, version: number | undefined) {
  const waiting = useRef<{ touched: Draft; timer: ReturnType<typeof setTimeout> }>(undefined);
  const write = useCallback(
    (touched: Draft) => {
      clearTimeout(waiting.current?.timer);
      waiting.current = undefined;
      const kept: KeptDraft = { at: new Date().toISOString(), version, draft: touched };
      remember(name, JSON.stringify(kept));
    },
    [name, version],
  );
  useEffect(() => {
    const now = () => waiting.current && write(waiting.current.touched);
    window.addEventListener("pagehide", now);
    return () => {
      window.removeEventListener("pagehide", now);
      now();
    };
  }, [write]);
  return {
    keep: (touched: Draft) => {
      clearTimeout(waiting.current?.timer);
      waiting.current = { touched, timer: setTimeout(() => write(touched), keepAfter) };
    },
    drop: () => {
      clearTimeout(waiting.current?.timer);
      waiting.current = undefined;
      remember(name, undefined);
    },
  };
}

/** What was typed, kept on the device until it is saved or thrown away. */
export function useDraft(key: string, start: Draft, version: number | undefined): DraftControl {
  const name = `draft.${key}`;
  const [kept] = useState(() => readKept(name));
  const [touched, setTouched] = useState<Draft>(kept?.draft ?? {});
  // Two fields may be set before the form is drawn again, as when two files have arrived.
  const latest = useRef(touched);
  latest.current = touched;
  const [begun, setBegun] = useState(kept?.version ?? version);
  const [resumedFrom, setResumedFrom] = useState(kept?.at);
  const keeping = useKeeping(name, begun);
  return {
    draft: { ...start, ...touched },
    version: begun,
    set: (field, value) => {
      const next = { ...latest.current, [field]: value };
      latest.current = next;
      setTouched(next);
      keeping.keep(next);
    },
    resumedFrom,
    discard: () => {
      keeping.drop();
      setResumedFrom(undefined);
      setTouched({});
      setBegun(version);
    },
    forget: keeping.drop,
  };
}
