import { Button, classNames, Status } from "@opsflux/ui";
import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import { ScrollText } from "lucide-react";
import { useApp } from "../../../shared/api/app";
import { useText } from "../../../shared/i18n/text";
import { Avatar } from "../../../shared/ui/avatar";
import { None } from "../../../shared/ui/field_value";
import { phone, useMedia } from "../../../shared/ui/preferences";
import { RowSkeletons, Waiting } from "../../../shared/ui/skeleton";
import { Failure, Notice } from "../../../shared/ui/states";
import type { AuditPage, AuditRow } from "../api/audit";
import type { AuditControl } from "../api/audit_state";
import { actionWord, actorWord, objectWord } from "../api/words";

export interface AuditListProps {
  state: AuditControl;
  query: UseInfiniteQueryResult<InfiniteData<AuditPage>>;
  selected: AuditRow | undefined;
  setSelected: (row: AuditRow | undefined) => void;
}

export function AuditList(props: AuditListProps) {
  const { query, state } = props;
  const { t } = useText();
  const isPhone = useMedia(phone);
  if (query.isPending)
    return (
      <div className="min-h-0 flex-1 overflow-hidden">
        <Waiting what={t("audit.title")}>
          <RowSkeletons rows={14} />
        </Waiting>
      </div>
    );
  if (query.error && !query.data)
    return (
      <div className="min-h-0 flex-1 overflow-y-auto">
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      </div>
    );
  const rows = query.data?.pages.flatMap((page) => page.data) ?? [];
  if (rows.length === 0) return <Nothing state={state} />;
  return (
    <div
      tabIndex={0}
      data-focus="inside"
      aria-busy={query.isPlaceholderData}
      className="@container min-h-0 flex-1 overflow-auto overscroll-contain"
    >
      {isPhone ? <Cards rows={rows} {...props} /> : <Table rows={rows} {...props} />}
      {query.hasNextPage && (
        <div className="flex justify-center py-4">
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t("audit.more")}
          </Button>
        </div>
      )}
    </div>
  );
}

function Nothing({ state }: { state: AuditControl }) {
  const { t } = useText();
  const alerts = state.tab === "alerts" && !state.narrowed;
  return (
    <Notice
      className="flex-1 content-center"
      icon={<ScrollText size={20} aria-hidden="true" />}
      title={t(alerts ? "audit.no_alert" : "audit.no_match")}
      action={
        state.narrowed && (
          <button type="button" className="page-link text-body" onClick={state.clear}>
            {t("list.clear")}
          </button>
        )
      }
    />
  );
}

const headCell =
  "sticky top-0 z-10 h-9 border-line border-b bg-subtle px-(--cell-x) text-left font-regular text-text-3 text-xs whitespace-nowrap";
const cell =
  "h-(--row-h) max-w-64 truncate border-line-soft border-b px-(--cell-x) text-text-2 whitespace-nowrap";

type RowsProps = AuditListProps & { rows: AuditRow[] };

function Table({ rows, selected, setSelected }: RowsProps) {
  const { t } = useText();
  return (
    <table
      className="w-full border-separate border-spacing-0 text-(length:--body)"
      aria-label={t("audit.title")}
    >
      <thead>
        <tr>
          {(["at", "person", "action", "object", "address", "result"] as const).map((column) => (
            <th
              key={column}
              scope="col"
              className={classNames(
                headCell,
                "first:pl-4",
                column === "address" && "@max-[820px]:hidden",
                column === "result" && "@max-[700px]:hidden",
              )}
            >
              {t(`audit.column.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.id} row={row} current={selected?.id === row.id} onSelect={() => setSelected(row)} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  row: AuditRow;
  current: boolean;
  onSelect: () => void;
}

function Row({ row, current, onSelect }: RowProps) {
  const text = useText();
  const { entities } = useApp();
  const { format } = text;
  return (
    <tr
      onClick={onSelect}
      className={classNames("cursor-default", current ? "bg-selected" : "hover:bg-muted/60")}
    >
      <td className={classNames(cell, "relative pl-4!")}>
        {current && <span aria-hidden="true" className="absolute inset-y-0 left-0 w-[3px] bg-accent" />}
        <button
          type="button"
          data-focus="inside"
          aria-pressed={current}
          className="rounded-tag text-text"
          onClick={onSelect}
        >
          {format.dayShort(row.at)} <span className="text-text-3">{format.timeExact(row.at)}</span>
        </button>
      </td>
      <td className={cell}>
        <Person row={row} />
      </td>
      <td className={classNames(cell, "text-text!")}>
        <Deed row={row} />
      </td>
      <td className={cell}>{objectWord(text, entities, row.entity)}</td>
      <td className={classNames(cell, "@max-[820px]:hidden")}>{row.address ?? <None />}</td>
      <td className={classNames(cell, "@max-[700px]:hidden")}>
        <Result row={row} />
      </td>
    </tr>
  );
}

function Person({ row }: { row: AuditRow }) {
  const text = useText();
  const name = actorWord(text, row);
  return (
    <span className="flex min-w-0 items-center gap-2">
      <Avatar name={name} size="xs" person={row.actor.id !== null} />
      <span className="truncate">{name}</span>
    </span>
  );
}

/** What is suspicious stands out by its shape as well as its word. */
function Deed({ row }: { row: AuditRow }) {
  const text = useText();
  const word = actionWord(text, row.action);
  return row.action === "audit.alert" ? <Status tone="warn">{word}</Status> : word;
}

export function Result({ row }: { row: AuditRow }) {
  const { t } = useText();
  return <Status tone={row.result === "done" ? "ok" : "danger"}>{t(`audit.result.${row.result}`)}</Status>;
}

function Cards({ rows, setSelected }: RowsProps) {
  const text = useText();
  const { entities } = useApp();
  return (
    <ul className="grid grid-cols-[minmax(0,1fr)] gap-2.5 px-4 pt-1 pb-4">
      {rows.map((row) => (
        <li
          key={row.id}
          className="relative grid grid-cols-[minmax(0,1fr)] gap-1.5 rounded-sheet border border-line bg-surface p-3.5 shadow-e1"
        >
          <button
            type="button"
            className="text-left font-strong text-lg after:absolute after:inset-0 after:content-['']"
            onClick={() => setSelected(row)}
          >
            <Deed row={row} />
          </button>
          <p className="truncate text-text-2">{objectWord(text, entities, row.entity)}</p>
          <div className="flex items-center justify-between gap-3">
            <Person row={row} />
            {row.result === "refused" && <Result row={row} />}
          </div>
          <p className="text-sm text-text-3">
            {text.format.dayShort(row.at)} {text.format.timeExact(row.at)}
            {row.address && ` · ${row.address}`}
          </p>
        </li>
      ))}
    </ul>
  );
}
