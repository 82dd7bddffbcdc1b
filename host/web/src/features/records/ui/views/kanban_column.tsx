import { useDroppable } from "@dnd-kit/core";
import { Button, classNames, type EntityDefinition, type RecordData, StatusShape } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { manyQuery } from "../../../../shared/api/aggregate";
import { findField } from "../../../../shared/i18n/entity_text";
import { useText } from "../../../../shared/i18n/text";
import { errorText } from "../../../../shared/ui/states";
import { currencyOf } from "../../../../shared/values/structured";
import { measureText } from "../../api/measures";
import { colourOf, narrowingOf } from "../../api/views";
import { KanbanCard } from "./kanban_card";
import type { Board, Column } from "./kanban_view";
import type { ViewProps } from "./view_frame";

const firstCards = 25;

interface KanbanColumnProps extends ViewProps {
  board: Board;
  column: Column;
}

/** The cards the server has here, without those on their way elsewhere and with those on their way here. */
function cardsOf({ moves }: Board, column: Column, rows: RecordData[]): RecordData[] {
  const arriving = [...moves.values()].filter((move) => move.to === column.value).map((move) => move.record);
  return [...arriving, ...rows.filter((row) => !moves.has(row.id))];
}

export function KanbanColumn({ entity, list, board, column }: KanbanColumnProps) {
  const text = useText();
  const { field } = board;
  const id = useId();
  const [size, setSize] = useState(firstCards);
  const { setNodeRef, isOver } = useDroppable({
    id: `column-${column.value ?? ""}`,
    data: { value: column.value, name: column.name },
  });
  const condition =
    column.value === null ? `!has(${field.name})` : `${field.name} == ${JSON.stringify(column.value)}`;
  const query = useQuery(manyQuery(entity, narrowingOf(list, condition), list.sort, size));
  const cards = cardsOf(board, column, query.data?.data ?? []);
  const tone = column.value === null ? undefined : field.tones?.[column.value];
  return (
    <section
      ref={setNodeRef}
      aria-labelledby={id}
      className={classNames(
        "flex h-max min-h-full w-72 shrink-0 snap-start flex-col rounded-card border bg-subtle touch:w-[82vw]",
        isOver ? "border-accent bg-accent-soft" : "border-line",
      )}
    >
      <header className="flex items-center gap-2 px-3 pt-2.5 pb-1.5">
        {tone ? (
          <StatusShape tone={tone} />
        ) : (
          column.value !== null && <Mark colour={colourOf(field, column.value)} />
        )}
        <h2 id={id} className="min-w-0 flex-1 truncate font-strong text-body">
          {column.name}
        </h2>
        <span className="text-sm text-text-2">{text.format.number(column.count)}</span>
      </header>
      <ColumnSums entity={entity} column={column} />
      <ul aria-labelledby={id} className="grid min-h-16 content-start gap-2 px-2 pb-2">
        {cards.map((record) => (
          <li key={record.id}>
            <KanbanCard entity={entity} record={record} board={board} />
          </li>
        ))}
        {query.error && <li className="p-2 text-danger-text text-sm">{errorText(text, query.error)}</li>}
      </ul>
      {query.data && query.data.meta.total > query.data.data.length && (
        <Button kind="quiet" className="m-2 mt-0" onClick={() => setSize(size + firstCards)}>
          {text.t("kanban.more")}
        </Button>
      )}
    </section>
  );
}

function Mark({ colour }: { colour: string }) {
  return (
    <svg viewBox="0 0 3 12" aria-hidden="true" className="h-3 w-[3px] shrink-0">
      <rect width="3" height="12" rx="1" fill={colour} />
    </svg>
  );
}

function ColumnSums({ entity, column }: { entity: EntityDefinition; column: Column }) {
  const text = useText();
  const sum = entity.views?.kanban?.sum;
  const field = sum === undefined ? undefined : findField(entity, sum);
  if (!field) return null;
  const sums = column.groups
    .map((group) => ({ value: group[`sum:${sum}`], currency: currencyOf(field, group.group) }))
    .filter(({ value }) => value !== null && value !== undefined);
  if (sums.length === 0) return null;
  return (
    <p className="px-3 pb-2 text-sm text-text-2">
      {sums
        .map(({ value, currency }) => measureText(text, field, "sum", String(value), currency))
        .join(" · ")}
    </p>
  );
}
