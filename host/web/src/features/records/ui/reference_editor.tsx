import { classNames, type EntityDefinition } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { ChevronsUpDown, X } from "lucide-react";
import { type KeyboardEvent, useDeferredValue, useId, useState } from "react";
import { useApp, useEntity } from "../../../shared/api/app";
import { listQuery, recordQuery } from "../../../shared/api/records";
import { titleOf } from "../../../shared/api/title";
import { entityWord, inSentence } from "../../../shared/i18n/entity_text";
import { recordName } from "../../../shared/i18n/record_names";
import { useText } from "../../../shared/i18n/text";
import { Avatar, photoAddress } from "../../../shared/ui/avatar";
import type { FieldEditorProps } from "./field_editor";

const offered = 8;

/** In place of a search where the reader may not see the records. */
export function Unavailable({ ids, what }: { ids: FieldEditorProps["ids"]; what: string | undefined }) {
  const { t } = useText();
  return (
    <input
      {...ids}
      className="control"
      disabled
      value={t("reference.unavailable", { what: what ?? "" })}
      readOnly
    />
  );
}

/** Chooses a record of another entity by typing a part of it. */
export function ReferenceEditor(props: FieldEditorProps) {
  const to = props.field.to ?? (props.field.type === "parent" ? props.entity.name : undefined);
  const target = useEntity(to);
  if (target) return <ReferenceCombobox {...props} target={target} />;
  return props.field.type === "user" ? (
    <OneselfEditor {...props} />
  ) : (
    <Unavailable ids={props.ids} what={to} />
  );
}

/** Who may not look through the people can still name himself, or leave who stands there. */
function OneselfEditor({ ids, field, value, onChange, autoFocus, label }: FieldEditorProps) {
  const { t } = useText();
  const { user } = useApp();
  const chosen = typeof value === "string" ? value : "";
  return (
    <select
      {...ids}
      name={field.name}
      autoFocus={autoFocus}
      disabled={field.read_only}
      className="control choice"
      value={chosen}
      onChange={(event) => onChange(event.target.value || null)}
    >
      <option value="">{t("form.none")}</option>
      <option value={user.id}>{user.name}</option>
      {chosen !== "" && chosen !== user.id && (
        <option value={chosen}>{label ?? t("reference.hidden")}</option>
      )}
    </select>
  );
}

function useChosenName(target: EntityDefinition, value: unknown, label: string | undefined): string {
  const id = value ? String(value) : "";
  const record = useQuery({ ...recordQuery(target, id), enabled: id !== "" && label === undefined }).data;
  return id === "" ? "" : (recordName(target.name, id) ?? label ?? (record ? titleOf(target, record) : ""));
}

export function ReferenceCombobox({
  ids,
  field,
  value,
  onChange,
  autoFocus,
  label,
  target,
}: FieldEditorProps & { target: EntityDefinition }) {
  const text = useText();
  const { t } = text;
  const [picked, setPicked] = useState<{ id: string; name: string }>();
  const known = picked && picked.id === value ? picked.name : label;
  const name = useChosenName(target, value, known);
  const [typed, setTyped] = useState<string>();
  const [at, setAt] = useState(0);
  const words = useDeferredValue(typed ?? "");
  const open = typed !== undefined;
  const found = useQuery({
    // What fits the words best comes first.
    ...listQuery(target, {
      filter: target.views?.list?.filter,
      q: words || undefined,
      page: 1,
      page_size: offered,
      sort: words.trim() === "" ? target.title : undefined,
    }),
    enabled: open,
  });
  const rows = open ? (found.data?.data ?? []) : [];
  const listId = useId();
  const choose = (position: number) => {
    const row = rows[position];
    if (!row) return;
    setPicked({ id: row.id, name: titleOf(target, row) });
    onChange(row.id);
    setTyped(undefined);
  };
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && !open) setTyped("");
    else if (step) setAt((at + step + rows.length) % Math.max(1, rows.length));
    else if (event.key === "Enter" && open) choose(at);
    else if (event.key === "Escape" && open) setTyped(undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="relative">
      <input
        {...ids}
        role="combobox"
        aria-expanded={open}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={rows[at] ? `${listId}-${at}` : undefined}
        name={field.name}
        autoFocus={autoFocus}
        disabled={field.read_only}
        autoComplete="off"
        className="control pr-16! touch:pr-20!"
        placeholder={t("reference.search", { what: inSentence(entityWord(text, target, "one")) })}
        value={typed ?? name}
        onFocus={(event) => event.target.select()}
        onClick={() => setTyped((old) => old ?? "")}
        onChange={(event) => {
          setAt(0);
          setTyped(event.target.value);
        }}
        onBlur={() => setTyped(undefined)}
        onKeyDown={onKey}
      />
      <span className="absolute inset-y-0 right-1.5 flex items-center gap-0.5 text-text-3">
        {Boolean(value) && !field.read_only && (
          <button
            type="button"
            aria-label={t("reference.clear")}
            onClick={() => onChange(null)}
            className="grid size-6 touch:size-11 place-items-center rounded-tag hover:text-text"
          >
            <X size={14} aria-hidden="true" />
          </button>
        )}
        <ChevronsUpDown size={14} aria-hidden="true" />
      </span>
      <div
        id={listId}
        role="listbox"
        aria-label={entityWord(text, target, "many")}
        hidden={!open}
        className="absolute inset-x-0 top-full z-30 mt-1 max-h-72 overflow-y-auto rounded-card border border-line bg-surface p-1 shadow-e2"
      >
        {rows.map((row, position) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the field's
          // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus
          <div
            key={row.id}
            id={`${listId}-${position}`}
            role="option"
            aria-selected={position === at}
            onMouseDown={(event) => event.preventDefault()}
            onMouseMove={() => setAt(position)}
            onClick={() => choose(position)}
            className={classNames(
              "flex min-h-8 cursor-pointer items-center gap-2.5 rounded-control px-2 text-sm touch:min-h-11",
              position === at && "bg-muted",
            )}
          >
            <Avatar
              name={titleOf(target, row)}
              person={target.name === "identity.user"}
              photo={target.name === "identity.user" ? photoAddress(row.id, row.photo) : undefined}
            />
            <span className="truncate">{titleOf(target, row)}</span>
          </div>
        ))}
        {open && found.data && rows.length === 0 && (
          <p className="px-2 py-2 text-text-3 text-xs">{t("list.no_match")}</p>
        )}
      </div>
    </div>
  );
}
