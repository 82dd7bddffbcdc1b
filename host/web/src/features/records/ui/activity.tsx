import type { EntityDefinition, RecordData } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { ArrowRight } from "lucide-react";
import { type ActivityEntry, activityQuery, type Change } from "../../../shared/api/records";
import { fieldLabel, findField } from "../../../shared/i18n/entity_text";
import type { Key } from "../../../shared/i18n/messages";
import { type Text, useText } from "../../../shared/i18n/text";
import { FieldValue, hasValue, None } from "../../../shared/ui/field_value";
import { RecordName } from "../../../shared/ui/record_name";
import { Bar, Waiting } from "../../../shared/ui/skeleton";
import { Failure } from "../../../shared/ui/states";
import { isReference } from "../../../shared/values/structured";
import { actorOf } from "../api/actor";
import { ActorAvatar, ActorMark } from "./actor_mark";

export interface ActivityThreadProps {
  entity: EntityDefinition;
  id: string;
  limit?: number;
  /** Without days and icons, for the preview. */
  compact?: boolean;
}

/** Who changed what, by day, the newest first. */
export function ActivityThread({ entity, id, limit, compact }: ActivityThreadProps) {
  const { t } = useText();
  const query = useQuery(activityQuery(entity, id));
  if (query.isPending)
    return (
      <Waiting what={t("activity.title")}>
        <div className="grid gap-3">
          <Bar className="w-40" />
          <Bar className="w-56" />
        </div>
      </Waiting>
    );
  if (query.error && !query.data)
    return <Failure error={query.error} className="px-0! py-0!" onRetry={() => void query.refetch()} />;
  const entries = (query.data ?? []).slice(0, limit);
  if (entries.length === 0) return <p className="text-text-3 text-xs">{t("activity.empty")}</p>;
  if (compact)
    return (
      <ul className="grid gap-3">
        {entries.map((entry) => (
          <CompactEntry key={`${entry.at}${entry.action}`} entity={entity} entry={entry} />
        ))}
      </ul>
    );
  return <DayGroups entity={entity} entries={entries} />;
}

function dayOf(text: Text, at: string): string {
  const day = new Date(at).toDateString();
  const today = new Date();
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  if (day === today.toDateString()) return text.t("activity.today");
  if (day === yesterday.toDateString()) return text.t("activity.yesterday");
  const long = text.format.dayLong(at);
  return long.charAt(0).toUpperCase() + long.slice(1);
}

function DayGroups({ entity, entries }: { entity: EntityDefinition; entries: ActivityEntry[] }) {
  const text = useText();
  const days = new Map<string, ActivityEntry[]>();
  for (const entry of entries) {
    const day = dayOf(text, entry.at);
    days.set(day, [...(days.get(day) ?? []), entry]);
  }
  return [...days].map(([day, members]) => (
    <section key={day} aria-label={day} className="mb-3">
      <h3 className="mb-2 text-text-3 text-xs">{day}</h3>
      <ol>
        {members.map((entry, position) => (
          <ThreadEntry
            key={`${entry.at}${entry.action}`}
            entity={entity}
            entry={entry}
            last={position === members.length - 1}
          />
        ))}
      </ol>
    </section>
  ));
}

const told = new Set([
  "created",
  "deleted",
  "restored",
  "commented",
  "comment_edited",
  "comment_deleted",
  "tagged",
  "shared",
  "unshared",
  "merged",
  "unmerged",
  "purged",
]);

/** What was attached or removed, by name. */
const namesOf = (text: Text, entry: ActivityEntry) =>
  text.format.list(entry.changes.map((change) => String(change.after ?? change.before)));

function sentence(text: Text, entry: ActivityEntry): string {
  if (entry.action === "updated") return text.n("activity.updated", entry.changes.length);
  if (entry.action === "attached") return text.t("activity.attached", { names: namesOf(text, entry) });
  if (entry.action === "detached") return text.t("activity.detached", { names: namesOf(text, entry) });
  return told.has(entry.action) ? text.t(`activity.${entry.action}` as Key) : entry.action;
}

function ThreadEntry({
  entity,
  entry,
  last,
}: {
  entity: EntityDefinition;
  entry: ActivityEntry;
  last: boolean;
}) {
  const text = useText();
  const actor = actorOf(text, entry);
  return (
    <li className="relative flex gap-3 pb-4">
      {!last && <span aria-hidden="true" className="absolute top-7 bottom-0 left-[13px] w-px bg-line" />}
      <ActorMark actor={actor} action={entry.action} />
      <div className="min-w-0 flex-1 pt-0.5">
        <div className="flex items-baseline justify-between gap-2 text-body">
          <p>
            <strong>{actor.name}</strong> {sentence(text, entry)}
          </p>
          <time dateTime={entry.at} className="shrink-0 text-text-3 text-xs">
            {text.format.time(entry.at)}
          </time>
        </div>
        {actor.onBehalfOf !== undefined && (
          <p className="text-text-3 text-xs">{text.t("activity.for", { name: actor.onBehalfOf })}</p>
        )}
        {entry.action === "updated" && <ChangeLines entity={entity} changes={entry.changes} />}
      </div>
    </li>
  );
}

const shownChanges = 6;

function ChangeLines({ entity, changes }: { entity: EntityDefinition; changes: Change[] }) {
  const text = useText();
  return (
    <ul className="mt-1 grid gap-1 text-sm text-text-2">
      {changes.slice(0, shownChanges).map((change) => (
        <li key={change.field} className="flex flex-wrap items-center gap-x-1.5">
          <span className="text-text-3">
            {text.t("label.colon", { label: fieldLabel(text, entity, change.field) })}
          </span>
          <span className="max-w-40 truncate line-through decoration-text-3">
            <ChangedPart entity={entity} change={change} value={change.before} />
          </span>
          <ArrowRight size={12} aria-label={text.t("activity.to")} />
          <span className="max-w-48 truncate font-medium text-text">
            <ChangedPart entity={entity} change={change} value={change.after} />
          </span>
        </li>
      ))}
      {changes.length > shownChanges && (
        <li className="text-text-3">{text.n("activity.more", changes.length - shownChanges)}</li>
      )}
    </ul>
  );
}

/** A value of the past, which has no label of the server's. */
export function ChangedValue({
  entity,
  name,
  value,
}: {
  entity: EntityDefinition;
  name: string;
  value: unknown;
}) {
  const field = findField(entity, name);
  if (!hasValue(value)) return <None />;
  if (!field) return String(value);
  if (isReference(field)) return <RecordName to={field.to ?? entity.name} id={String(value)} />;
  const shown = { ...field, display: undefined };
  return (
    <FieldValue
      entity={entity}
      field={shown}
      record={{ [name]: value } as unknown as RecordData}
      plain
      short
    />
  );
}

function CompactEntry({ entity, entry }: { entity: EntityDefinition; entry: ActivityEntry }) {
  const text = useText();
  const actor = actorOf(text, entry);
  const names = entry.changes.map((change) => fieldLabel(text, entity, change.field));
  return (
    <li className="flex gap-2.5 text-sm">
      <ActorAvatar actor={actor} />
      <div className="min-w-0">
        <p>
          <strong>{actor.name}</strong> <span className="text-text-3">· {text.format.ago(entry.at)}</span>
        </p>
        <p className="text-text-2">
          {sentence(text, entry)}
          {entry.action === "updated" && names.length > 0 && (
            <span className="text-text-3"> ({text.format.list(names.slice(0, 3))})</span>
          )}
        </p>
        {actor.onBehalfOf !== undefined && (
          <p className="text-text-3 text-xs">{text.t("activity.for", { name: actor.onBehalfOf })}</p>
        )}
      </div>
    </li>
  );
}

interface ChangedPartProps {
  entity: EntityDefinition;
  change: Change;
  value: unknown;
}

/** Files by the names they had, all else by its value. */
function ChangedPart({ entity, change, value }: ChangedPartProps) {
  const { names } = change;
  if (!names || !hasValue(value)) return <ChangedValue entity={entity} name={change.field} value={value} />;
  return [value]
    .flat()
    .map((id) => names[String(id)] ?? String(id))
    .join(", ");
}
