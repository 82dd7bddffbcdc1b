import {
  DndContext,
  type DragEndEvent,
  DragOverlay,
  PointerSensor,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import type { EntityDefinition, FieldDefinition, RecordData } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { aggregateQuery, type Group, type Groups } from "../../../../shared/api/aggregate";
import { useApp } from "../../../../shared/api/app";
import { useUpdateRecord } from "../../../../shared/api/records";
import { titleOf } from "../../../../shared/api/title";
import { enumLabel, findField } from "../../../../shared/i18n/entity_text";
import { type Text, useText } from "../../../../shared/i18n/text";
import { say, sayError } from "../../../../shared/ui/toast";
import { isReference } from "../../../../shared/values/structured";
import { isStepped, stepsFrom } from "../../api/status";
import { narrowingOf } from "../../api/views";
import { stepRefusalText } from "../refusal";
import { KanbanCardFace } from "./kanban_card";
import { KanbanColumn } from "./kanban_column";
import { ViewOf, type ViewProps } from "./view_frame";

export interface Column {
  /** The value of the group field; null for none. */
  value: string | null;
  name: string;
  count: number;
  groups: Group[];
}

/** A card that was let go over another column and waits for the server. */
export interface Move {
  record: RecordData;
  to: string | null;
}

export interface Board {
  field: FieldDefinition;
  columns: Column[];
  moves: ReadonlyMap<string, Move>;
  movable: boolean;
  move(record: RecordData, to: string | null): void;
  /** The columns that a record may go to. */
  targets(record: RecordData): Column[];
}

/** Amounts in the currency of each record are added up for each currency by itself. */
function groupNames(entity: EntityDefinition, group: string, sum: string | undefined): string[] {
  const currency = sum === undefined ? undefined : findField(entity, sum)?.currency;
  return currency && findField(entity, currency) ? [group, currency] : [group];
}

/** All values of a choice stand as columns, also those without cards; of a reference those that are used. */
export function columnsOf(
  text: Text,
  entity: EntityDefinition,
  field: FieldDefinition,
  groups: Group[],
): Column[] {
  const of = (value: string | null) => groups.filter((group) => (group.group[field.name] ?? null) === value);
  const column = (value: string | null, name: string): Column => ({
    value,
    name,
    groups: of(value),
    count: of(value).reduce((total, group) => total + group.count, 0),
  });
  const used = [...new Set(groups.map((group) => group.group[field.name] ?? null))];
  const named = isReference(field)
    ? used
        .filter((value) => value !== null)
        .map((value) => {
          const label = of(String(value))[0]?._labels?.[field.name];
          return column(String(value), label ?? text.t("reference.hidden"));
        })
        .sort((a, b) => a.name.localeCompare(b.name, text.language))
    : (field.values ?? []).map((value) => column(value, enumLabel(text, entity, field.name, value)));
  return used.includes(null) ? [column(null, text.t("view.none")), ...named] : named;
}

function useBoard(entity: EntityDefinition, field: FieldDefinition, groups: Groups): Board {
  const text = useText();
  const { user } = useApp();
  const columns = useMemo(() => columnsOf(text, entity, field, groups.data), [text, entity, field, groups]);
  const [moves, setMoves] = useState<ReadonlyMap<string, Move>>(new Map());
  const { mutateAsync } = useUpdateRecord(entity);
  const stepped = isStepped(entity, field.name);
  const set = (id: string, move: Move | undefined) =>
    setMoves((old) => {
      const next = new Map(old);
      if (move) next.set(id, move);
      else next.delete(id);
      return next;
    });
  const move = (record: RecordData, to: string | null) => {
    if ((record[field.name] ?? null) === to || moves.has(record.id)) return;
    set(record.id, { record, to });
    const name = titleOf(entity, record);
    const column = columns.find((known) => known.value === to)?.name ?? "";
    mutateAsync({ id: record.id, version: record.version, changes: { [field.name]: to } })
      .then(
        () => say(text.t("kanban.moved", { name, column })),
        (error: unknown) => sayError(stepRefusalText(text, entity, error)),
      )
      // The lists are fresh by now: the card stands where the server has it.
      .finally(() => set(record.id, undefined));
  };
  const targets = (record: RecordData) => {
    const steps = stepped ? stepsFrom(entity, record, user.role).map((step) => step.to) : undefined;
    const here = record[field.name] ?? null;
    return columns.filter(
      ({ value }) =>
        value !== here && (steps ? steps.includes(value ?? "") : value !== null || !field.required),
    );
  };
  const movable = entity.rights.includes("edit") && !field.read_only;
  return { field, columns, moves, movable, move, targets };
}

export function KanbanView({ entity, list }: ViewProps) {
  const view = entity.views?.kanban;
  const field = view && findField(entity, view.group);
  const sum = view?.sum;
  const query = useQuery(
    aggregateQuery(entity, {
      ...narrowingOf(list),
      group: groupNames(entity, view?.group ?? "", sum),
      measures: sum ? [`sum:${sum}`] : [],
    }),
  );
  if (!field) return null;
  return (
    <ViewOf entity={entity} query={query}>
      {(groups) => <LoadedBoard entity={entity} list={list} field={field} groups={groups} />}
    </ViewOf>
  );
}

const dragFrom = 6;

function LoadedBoard({
  entity,
  list,
  field,
  groups,
}: ViewProps & { field: FieldDefinition; groups: Groups }) {
  const text = useText();
  const board = useBoard(entity, field, groups);
  const [dragged, setDragged] = useState<RecordData>();
  // Whoever does not drag has the same in the card's menu.
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: dragFrom } }));
  const drop = ({ active, over }: DragEndEvent) => {
    setDragged(undefined);
    const record = active.data.current?.record as RecordData | undefined;
    if (record && over) board.move(record, (over.data.current?.value as string | null | undefined) ?? null);
  };
  const told = (active: { data: { current?: { record?: RecordData } } }) =>
    active.data.current?.record ? titleOf(entity, active.data.current.record) : "";
  const over = (place: { data: { current?: { name?: string } } } | null) => place?.data.current?.name ?? "";
  return (
    <DndContext
      sensors={sensors}
      onDragStart={({ active }) => setDragged(active.data.current?.record as RecordData | undefined)}
      onDragEnd={drop}
      onDragCancel={() => setDragged(undefined)}
      accessibility={{
        screenReaderInstructions: { draggable: "" },
        announcements: {
          onDragStart: ({ active }) => text.t("kanban.taken", { name: told(active) }),
          onDragOver: ({ over: place }) => (place ? text.t("kanban.over", { name: over(place) }) : undefined),
          onDragEnd: () => undefined,
          onDragCancel: ({ active }) => text.t("kanban.left", { name: told(active) }),
        },
      }}
    >
      <div
        tabIndex={0}
        data-focus="inside"
        className="scroll-quiet flex min-h-0 flex-1 snap-x gap-3 overflow-auto overscroll-contain bg-canvas p-3"
      >
        {board.columns.map((column) => (
          <KanbanColumn key={column.value ?? ""} {...{ entity, list, board, column }} />
        ))}
      </div>
      <DragOverlay dropAnimation={null}>
        {dragged && <KanbanCardFace entity={entity} record={dragged} lifted />}
      </DragOverlay>
    </DndContext>
  );
}
