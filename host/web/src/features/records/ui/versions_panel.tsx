import { Button, Card, classNames, type EntityDefinition, type RecordData, Tag } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { History, Undo2 } from "lucide-react";
import { useState } from "react";
import { fieldLabel } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { RecordName } from "../../../shared/ui/record_name";
import { RowSkeletons, Waiting } from "../../../shared/ui/skeleton";
import { errorText, Failure } from "../../../shared/ui/states";
import { say, sayError } from "../../../shared/ui/toast";
import { actorOf } from "../api/actor";
import {
  differenceQuery,
  entryOf,
  inOrder,
  lastChange,
  type Merge,
  mergesQuery,
  useRestoreVersion,
  useUndoMerge,
  type Version,
  versionsQuery,
} from "../api/versions";
import { ChangedValue } from "./activity";
import { ActorMark } from "./actor_mark";

export interface VersionsPanelProps {
  entity: EntityDefinition;
  record: RecordData;
  editable: boolean;
}

/** The versions of a record, two of them side by side, and what was merged into it. */
export function VersionsPanel(props: VersionsPanelProps) {
  const { t } = useText();
  const { entity, record } = props;
  const query = useQuery(versionsQuery(entity, record.id));
  const versions = query.data;
  const [picked, setPicked] = useState<{ from: number; to: number }>();
  if (query.error && !versions)
    return <Failure error={query.error} className="px-0!" onRetry={() => void query.refetch()} />;
  if (!versions)
    return (
      <Waiting what={t("version.title")}>
        <RowSkeletons rows={4} />
      </Waiting>
    );
  const compared = picked ?? lastChange(versions);
  return (
    <div className="grid max-w-5xl grid-cols-[minmax(0,1fr)] gap-4">
      {compared && <Difference {...props} {...compared} />}
      <Card flush title={t("version.title")} aside={versions.length}>
        <ol>
          {versions.map((version) => (
            <VersionRow
              key={version.version}
              {...props}
              version={version}
              compared={compared}
              onCompare={setPicked}
            />
          ))}
        </ol>
      </Card>
      <Merges {...props} />
    </div>
  );
}

interface VersionRowProps extends VersionsPanelProps {
  version: Version;
  compared: { from: number; to: number } | undefined;
  onCompare: (compared: { from: number; to: number }) => void;
}

const shownFields = 6;

function VersionRow({ entity, record, version, compared, onCompare }: VersionRowProps) {
  const text = useText();
  const { t, format } = text;
  const number = version.version;
  const actor = actorOf(text, entryOf(version));
  const current = number === record.version;
  const sides = compared
    ? ([
        ["from", number === compared.from],
        ["to", number === compared.to],
      ] as const)
    : [];
  return (
    <li
      className={classNames(
        "flex items-start gap-3 border-line-soft not-last:border-b px-3.5 py-2.5",
        sides.some(([, checked]) => checked) && "bg-selected",
      )}
    >
      <ActorMark actor={actor} action={version.action} />
      <div className="min-w-0 flex-1">
        <p className="text-body">
          <strong>{t("version.number", { number: format.number(number) })}</strong>
          {current && <span className="text-text-3"> · {t("version.current")}</span>}
        </p>
        <p className="text-sm text-text-2">
          {actor.name} · <time dateTime={version.at}>{format.dateTime(version.at)}</time>
        </p>
        {version.action === "updated" && version.fields.length > 0 && (
          <p className="mt-1 flex flex-wrap gap-1">
            {version.fields.slice(0, shownFields).map((name) => (
              <Tag key={name}>{fieldLabel(text, entity, name)}</Tag>
            ))}
            {version.fields.length > shownFields && (
              <span className="text-sm text-text-3">
                {text.n("activity.more", version.fields.length - shownFields)}
              </span>
            )}
          </p>
        )}
      </div>
      {compared &&
        sides.map(([side, checked]) => (
          <label
            key={side}
            className="flex cursor-pointer flex-col items-center gap-1 px-1 text-text-3 text-xs touch:min-h-11 touch:min-w-9"
          >
            {t(`version.${side}`)}
            <input
              type="radio"
              className="tick"
              name={`version-${side}`}
              aria-label={`${t("version.compare", { number: format.number(number) })} (${t(`version.${side}`)})`}
              checked={checked}
              onChange={() => onCompare(inOrder(number, side === "from" ? compared.to : compared.from))}
            />
          </label>
        ))}
    </li>
  );
}

function Difference({
  entity,
  record,
  editable,
  from,
  to,
}: VersionsPanelProps & { from: number; to: number }) {
  const text = useText();
  const { t, format } = text;
  const query = useQuery(differenceQuery(entity, record.id, from, to));
  const changes = query.data;
  const restore = useRestore(entity, record);
  return (
    <Card
      flush
      title={t("version.difference", { from: format.number(from), to: format.number(to) })}
      aside={
        editable && (
          <Button
            className="h-7! touch:h-11!"
            icon={<History size={14} aria-hidden="true" />}
            busy={restore.busy}
            onClick={() => restore.run(from)}
          >
            {t("version.restore", { number: format.number(from) })}
          </Button>
        )
      }
    >
      {query.error && !changes && (
        <Failure error={query.error} className="py-4!" onRetry={() => void query.refetch()} />
      )}
      {changes?.length === 0 && <p className="px-4 py-3 text-body text-text-2">{t("version.same")}</p>}
      {changes && changes.length > 0 && (
        <table className="w-full table-fixed text-body">
          <thead className="text-left text-text-3 text-xs">
            <tr className="*:h-8 *:border-line-soft *:border-b *:px-4 *:font-regular">
              <th scope="col">{t("version.field")}</th>
              <th scope="col">{t("version.before")}</th>
              <th scope="col">{t("version.after")}</th>
            </tr>
          </thead>
          <tbody>
            {changes.map((change) => (
              <tr key={change.field} className="border-line-soft align-top not-last:border-b *:px-4 *:py-2">
                <th scope="row" className="break-words text-left font-regular text-text-2">
                  {fieldLabel(text, entity, change.field)}
                </th>
                <td className="break-words text-text-2">
                  <ChangedValue entity={entity} name={change.field} value={change.before} />
                </td>
                <td className="break-words font-medium">
                  <ChangedValue entity={entity} name={change.field} value={change.after} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

/** Restores at once and offers to go back, which is a version as well. */
function useRestore(entity: EntityDefinition, record: RecordData) {
  const text = useText();
  const { mutateAsync, isPending } = useRestoreVersion(entity, record.id);
  const run = (version: number, back?: number) =>
    void mutateAsync(version).then(
      () =>
        say(
          text.t("version.restored", { number: text.format.number(version) }),
          back === undefined ? undefined : () => run(back),
        ),
      (error: unknown) => sayError(errorText(text, error)),
    );
  return { run: (version: number) => run(version, record.version), busy: isPending };
}

/** What was merged into the record; nothing where nothing was. */
function Merges({ entity, record, editable }: VersionsPanelProps) {
  const { t } = useText();
  const merges = useQuery(mergesQuery(entity, record.id)).data ?? [];
  if (merges.length === 0) return null;
  return (
    <Card flush title={t("merge.past")} aside={merges.length}>
      <ul>
        {merges.map((merge) => (
          <MergeRow key={merge.id} {...{ entity, record, editable, merge }} />
        ))}
      </ul>
    </Card>
  );
}

function MergeRow({ entity, record, editable, merge }: VersionsPanelProps & { merge: Merge }) {
  const text = useText();
  const { t, format } = text;
  const undo = useUndoMerge(entity, record.id);
  const back = () => undo.mutate(merge.from_id, { onError: (error) => sayError(errorText(text, error)) });
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 border-line-soft not-last:border-b px-4 py-2 text-body">
      <span className="min-w-0 flex-1 basis-40 truncate font-medium">
        <RecordName to={entity.name} id={merge.from_id} linked />
      </span>
      <time dateTime={merge.merged_at} className="text-sm text-text-3">
        {format.dateTime(merge.merged_at)}
      </time>
      {merge.undone_at ? (
        <span className="text-sm text-text-3">{t("merge.was_undone")}</span>
      ) : (
        editable &&
        entity.rights.includes("delete") && (
          <Button
            className="h-7! touch:h-11!"
            icon={<Undo2 size={14} aria-hidden="true" />}
            busy={undo.isPending}
            onClick={back}
          >
            {t("action.undo")}
          </Button>
        )
      )}
    </li>
  );
}
