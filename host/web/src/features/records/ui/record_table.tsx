import { classNames, type EntityDefinition, type FieldDefinition, type RecordData } from "@opsflux/ui";
import { type ColumnDef, flexRender, getCoreRowModel, type Row, useReactTable } from "@tanstack/react-table";
import { ArrowDown, ArrowUp } from "lucide-react";
import { type MouseEvent, useMemo, useRef } from "react";
import { Link } from "react-router";
import { recordPath } from "../../../shared/api/app";
import { titleOf } from "../../../shared/api/title";
import { entityWord, fieldLabel } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { Avatar, photoAddress } from "../../../shared/ui/avatar";
import { FoundValue, Marked } from "../../../shared/ui/found_value";
import { isFigure, isSortable, useColumns } from "../api/columns";
import type { ListControl } from "../api/list_state";
import type { ListBodyProps } from "./list_page";

function TitleCell({
  entity,
  record,
  linked,
  terms,
}: {
  entity: EntityDefinition;
  record: RecordData;
  linked: boolean;
  terms: string[];
}) {
  const title = titleOf(entity, record);
  const shown = <Marked text={title} terms={entity.search?.includes(entity.title) ? terms : []} />;
  return (
    <span className="flex min-w-0 items-center gap-2.5">
      <Avatar
        name={title}
        person={entity.name === "identity.user"}
        photo={entity.name === "identity.user" ? photoAddress(record.id, record.photo) : undefined}
      />
      {linked ? (
        <Link
          to={recordPath(entity, record.id)}
          data-focus="inside"
          className="truncate rounded-tag font-medium text-text hover:underline underline-offset-3"
        >
          {shown}
        </Link>
      ) : (
        <span className="truncate font-medium text-text">{shown}</span>
      )}
    </span>
  );
}

function useColumnDefs(entity: EntityDefinition, linked: boolean, terms: string[]): ColumnDef<RecordData>[] {
  const { shown } = useColumns(entity);
  const names = shown.map((field) => field.name).join(",");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the names stand for the fields
  return useMemo(
    () =>
      shown.map(
        (field): ColumnDef<RecordData> => ({
          id: field.name,
          accessorFn: (record) => record[field.name],
          meta: { field },
          cell: ({ row }) =>
            field.name === entity.title ? (
              <TitleCell entity={entity} record={row.original} linked={linked} terms={terms} />
            ) : (
              <FoundValue entity={entity} field={field} record={row.original} terms={terms} short />
            ),
        }),
      ),
    [entity, names, linked, terms],
  );
}

const fieldOf = (column: ColumnDef<RecordData>) => (column.meta as { field: FieldDefinition }).field;

/** ⇧ and a click take all rows in between. */
function useRangePick({ rows, picked, setPicked, toggle }: ListBodyProps) {
  const last = useRef<string>(undefined);
  return (id: string, event: MouseEvent) => {
    const from = rows.findIndex((row) => row.id === last.current);
    const to = rows.findIndex((row) => row.id === id);
    if (event.shiftKey && from >= 0) {
      const between = rows.slice(Math.min(from, to), Math.max(from, to) + 1);
      setPicked(new Set([...picked, ...between.map((row) => row.id)]));
    } else toggle(id);
    last.current = id;
  };
}

/** With the preview open there is less room: the last columns of a usual choice give way first. */
function roomFor(position: number): string | undefined {
  if (position === 4) return "@max-[700px]:hidden";
  if (position === 5) return "@max-[860px]:hidden";
  return position === 6 ? "@max-[980px]:hidden" : undefined;
}

export function RecordTable(props: ListBodyProps) {
  const { entity, list, rows, picked, setPicked } = props;
  const text = useText();
  const columns = useColumnDefs(entity, !list.deleted, list.terms);
  const table = useReactTable({
    data: rows,
    columns,
    getCoreRowModel: getCoreRowModel(),
    getRowId: (row) => row.id,
    manualSorting: true,
  });
  const pick = useRangePick(props);
  const all = rows.length > 0 && rows.every((row) => picked.has(row.id));
  const pickable = isPickable(entity, list.deleted);
  return (
    <table
      className="w-full border-separate border-spacing-0 text-(length:--body)"
      aria-label={entityWord(text, entity, "many")}
    >
      <thead>
        <tr>
          {pickable && (
            <th scope="col" className={classNames(headCell, "w-10 pl-4!")}>
              <input
                type="checkbox"
                className="tick block"
                aria-label={text.t("list.select_all")}
                checked={all}
                ref={(input) => {
                  if (input) input.indeterminate = picked.size > 0 && !all;
                }}
                onChange={() => setPicked(all ? new Set() : new Set(rows.map((row) => row.id)))}
              />
            </th>
          )}
          {columns.map((column, position) => (
            <SortHead
              key={column.id}
              entity={entity}
              field={fieldOf(column)}
              list={list}
              className={roomFor(position)}
            />
          ))}
        </tr>
      </thead>
      <tbody>
        {table.getRowModel().rows.map((row) => (
          <TableRow key={row.id} row={row} pickable={pickable} onPick={pick} {...props} />
        ))}
      </tbody>
    </table>
  );
}

/** Rows are ticked for what can be done with many at once. */
function isPickable(entity: EntityDefinition, deleted: boolean): boolean {
  return entity.rights.includes("delete") || (!deleted && entity.rights.includes("edit"));
}

const headCell =
  "sticky top-0 z-10 h-9 border-line border-b bg-subtle px-(--cell-x) text-left font-regular text-text-3 text-xs whitespace-nowrap";

/** Up, down; and while words are searched, back to what fits them best. */
function nextSort(list: ListControl, name: string): string | undefined {
  if (list.sort === name) return `-${name}`;
  return list.sort === `-${name}` && list.q !== "" ? undefined : name;
}

interface SortHeadProps {
  entity: EntityDefinition;
  field: FieldDefinition;
  list: ListControl;
  className: string | undefined;
}

function SortHead({ entity, field, list, className }: SortHeadProps) {
  const text = useText();
  const label = fieldLabel(text, entity, field.name);
  const descending = list.sort === `-${field.name}`;
  const sorted = descending || list.sort === field.name;
  const Arrow = descending ? ArrowDown : ArrowUp;
  if (!isSortable(field))
    return (
      <th scope="col" className={classNames(headCell, className)}>
        {label}
      </th>
    );
  return (
    <th
      scope="col"
      aria-sort={sorted ? (descending ? "descending" : "ascending") : undefined}
      className={classNames(
        headCell,
        (isFigure(field) || field.type === "datetime") && "text-right!",
        className,
      )}
    >
      <button
        type="button"
        data-focus="inside"
        onClick={() => list.set({ sort: nextSort(list, field.name) })}
        className={classNames(
          "inline-flex h-full items-center gap-1 rounded-tag hover:text-text",
          sorted && "font-strong text-text",
        )}
      >
        {label}
        {sorted && <Arrow size={14} aria-hidden="true" />}
      </button>
    </th>
  );
}

interface TableRowProps extends ListBodyProps {
  row: Row<RecordData>;
  pickable: boolean;
  onPick: (id: string, event: MouseEvent) => void;
}

const cell =
  "h-(--row-h) border-line-soft border-b px-(--cell-x) max-w-80 truncate text-text-2 @max-[900px]:max-w-46";

/** A click anywhere in the row shows the preview; the name opens the record. */
function TableRow({ entity, row, picked, cursor, pickable, onPick }: TableRowProps) {
  const { t } = useText();
  const record = row.original;
  const at = cursor.at?.id === record.id;
  const chosen = picked.has(record.id);
  const onClick = (event: MouseEvent) => {
    if (event.target instanceof HTMLElement && event.target.closest("a,button,input,label")) return;
    cursor.select(record);
    cursor.setPreview(true);
  };
  return (
    <tr
      id={`row-${record.id}`}
      onClick={onClick}
      aria-selected={at || undefined}
      className={classNames("cursor-default", at || chosen ? "bg-selected" : "hover:bg-muted/60")}
    >
      {pickable && (
        <td className={classNames(cell, "relative w-10 pl-4!")}>
          {at && <span aria-hidden="true" className="absolute inset-y-0 left-0 w-[3px] bg-accent" />}
          <input
            type="checkbox"
            className="tick block"
            aria-label={t("list.select", { name: titleOf(entity, record) })}
            checked={chosen}
            onClick={(event) => onPick(record.id, event)}
            readOnly
          />
        </td>
      )}
      {row.getVisibleCells().map((part, position) => (
        <td
          key={part.id}
          className={classNames(
            cell,
            roomFor(position),
            isFigure(fieldOf(part.column.columnDef)) && "text-right",
            fieldOf(part.column.columnDef).type === "datetime" && "text-right text-text-3!",
          )}
        >
          {flexRender(part.column.columnDef.cell, part.getContext())}
        </td>
      ))}
    </tr>
  );
}
