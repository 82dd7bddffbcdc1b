import { classNames } from "@opsflux/ui";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { Permission } from "../../../shared/api/rights";
import { useText } from "../../../shared/i18n/text";
import { roleName } from "../../../shared/ui/rights/scope_text";
import type { Book, Group, MatrixRole, Row, Word } from "../api/book";
import { CellMark } from "./cell_mark";
import { cellTitle } from "./cell_text";
import { type Place, placeAfter } from "./moves";
import { shown, useExtent } from "./window";
import { WordMenu } from "./word_menu";

const rowHeight = 34;
const headHeight = 40;
const firstWidth = 340;
const columnWidth = 128;

export interface MatrixGridProps {
  rows: Row[];
  book: Book;
  readOnly: boolean;
  onSet: (role: MatrixRole, permission: string, word: Word) => void;
  onUndo: () => void;
}

/** Of rights and roles only what shows is drawn: there may be a thousand of the ones and a hundred of the others. */
export function MatrixGrid({ rows, book, readOnly, onSet, onUndo }: MatrixGridProps) {
  const { t } = useText();
  const scroll = useRef<HTMLDivElement>(null);
  const extent = useExtent(scroll);
  const [place, setPlace] = useState<Place>({ row: 1, column: 0 });
  const [menu, setMenu] = useState(false);
  const wantsFocus = useRef(false);
  const here = {
    row:
      rows[place.row]?.kind === "permission"
        ? place.row
        : rows.findIndex(({ kind }) => kind === "permission"),
    column: Math.min(place.column, book.roles.length - 1),
  };
  useEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    bringIntoView(scroll.current, here);
    scroll.current?.querySelector<HTMLElement>('[data-here="true"]')?.focus({ preventScroll: true });
  });
  const go = (next: Place) => {
    wantsFocus.current = true;
    setPlace(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const role = book.roles[here.column];
    const row = rows[here.row];
    if (menu || !role || row?.kind !== "permission") return;
    const page = Math.max(1, Math.floor(extent.height / rowHeight) - 2);
    const next = placeAfter(event, here, rows, book.roles.length, page);
    if (next) {
      event.preventDefault();
      go(next);
    } else if ((event.ctrlKey || event.metaKey) && event.key === "z") {
      event.preventDefault();
      onUndo();
    } else if (readOnly || role.fixed || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      setMenu(true);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      onSet(role, row.permission.id, "default");
    }
  };
  const columns = shown(extent.left, extent.width - firstWidth, columnWidth, book.roles.length, here.column);
  return (
    <div
      ref={scroll}
      role="grid"
      aria-label={t("rights.title")}
      aria-rowcount={rows.length + 1}
      aria-colcount={book.roles.length + 1}
      aria-readonly={readOnly}
      data-scroll="sideways"
      className="min-h-0 flex-1 overflow-auto overscroll-contain rounded-card border border-line bg-surface text-sm"
      onKeyDown={onKeyDown}
    >
      <div
        className="relative"
        style={{
          height: headHeight + rows.length * rowHeight,
          width: firstWidth + book.roles.length * columnWidth,
          minWidth: "100%",
        }}
      >
        <Head roles={book.roles} columns={columns} />
        {shown(extent.top, extent.height - headHeight, rowHeight, rows.length, here.row).map((index) => {
          const row = rows[index];
          if (!row) return null;
          const style = { top: headHeight + index * rowHeight, height: rowHeight };
          if (row.kind === "group")
            return <GroupRow key={`group ${row.group.id}`} group={row.group} index={index} style={style} />;
          return (
            <PermissionRow
              key={row.permission.id}
              {...{ permission: row.permission, index, style, columns, book, readOnly, onSet }}
              column={index === here.row ? here.column : undefined}
              menu={menu && index === here.row}
              onPlace={(column, open) => {
                wantsFocus.current = true;
                setPlace({ row: index, column });
                if (open) setMenu(true);
              }}
              onMenuClosed={() => {
                wantsFocus.current = true;
                setMenu(false);
              }}
            />
          );
        })}
      </div>
    </div>
  );
}

function bringIntoView(element: HTMLDivElement | null, { row, column }: Place): void {
  if (!element) return;
  const top = row * rowHeight;
  const left = column * columnWidth;
  const height = element.clientHeight - headHeight;
  const width = element.clientWidth - firstWidth;
  if (top < element.scrollTop) element.scrollTop = top;
  else if (top + rowHeight > element.scrollTop + height) element.scrollTop = top + rowHeight - height;
  if (left < element.scrollLeft) element.scrollLeft = left;
  else if (left + columnWidth > element.scrollLeft + width) element.scrollLeft = left + columnWidth - width;
}

const corner = "sticky left-0 z-10 flex items-center border-line border-r bg-inherit px-3";

function Head({ roles, columns }: { roles: MatrixRole[]; columns: number[] }) {
  const { t, n } = useText();
  return (
    <div
      role="row"
      aria-rowindex={1}
      className="sticky top-0 z-20 border-line border-b bg-subtle"
      style={{ height: headHeight }}
    >
      <span
        role="columnheader"
        aria-colindex={1}
        className={classNames(corner, "h-full font-medium text-text-2")}
        style={{ width: firstWidth }}
      >
        {t("rights.right")}
      </span>
      {columns.map((column) => {
        const role = roles[column];
        if (!role) return null;
        return (
          <span
            key={role.id}
            role="columnheader"
            aria-colindex={column + 2}
            title={`${roleName(role)} · ${n("rights.people", role.people)}`}
            className="absolute top-0 flex h-full items-center pr-2 pl-5"
            style={{ left: firstWidth + column * columnWidth, width: columnWidth }}
          >
            <span className="truncate font-medium">{roleName(role)}</span>
          </span>
        );
      })}
    </div>
  );
}

interface LineStyle {
  top: number;
  height: number;
}

function GroupRow({ group, index, style }: { group: Group; index: number; style: LineStyle }) {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className="absolute inset-x-0 border-line-soft border-b bg-subtle"
      style={style}
    >
      <span
        role="rowheader"
        aria-colindex={1}
        className="sticky left-0 inline-flex h-full items-center gap-2 px-3"
      >
        <span className="font-strong">{group.label || group.module}</span>
        {group.label && <span className="text-text-3 text-xs">{group.module}</span>}
      </span>
    </div>
  );
}

interface PermissionRowProps {
  permission: Permission;
  index: number;
  style: LineStyle;
  columns: number[];
  book: Book;
  readOnly: boolean;
  /** Where one is, in this row. */
  column: number | undefined;
  menu: boolean;
  onSet: MatrixGridProps["onSet"];
  onPlace: (column: number, open: boolean) => void;
  onMenuClosed: () => void;
}

function PermissionRow(props: PermissionRowProps) {
  const { permission, index, style, columns, book } = props;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className="group/row absolute inset-x-0 border-line-soft border-b bg-surface"
      style={style}
    >
      <span
        role="rowheader"
        aria-colindex={1}
        title={permission.id}
        className={classNames(corner, "h-full gap-2 group-hover/row:bg-subtle")}
        style={{ width: firstWidth }}
      >
        <span className="truncate pl-3">{permission.action_label}</span>
        <code className="ml-auto min-w-0 truncate font-mono text-2xs text-text-3">{permission.id}</code>
      </span>
      {columns.map((column) => {
        const role = book.roles[column];
        return role && <Cell key={role.id} {...props} role={role} at={column} />;
      })}
    </div>
  );
}

function Cell({ role, at, ...props }: PermissionRowProps & { role: MatrixRole; at: number }) {
  const { permission, book, readOnly, column, menu, onSet, onPlace, onMenuClosed } = props;
  const text = useText();
  const state = book.state(role, permission);
  const here = column === at;
  const still = readOnly || role.fixed;
  const title = cellTitle(text, role, state);
  return (
    <div
      role="gridcell"
      aria-colindex={at + 2}
      aria-label={`${roleName(role)}, ${permission.label}: ${title}`}
      aria-readonly={still}
      aria-haspopup={still ? undefined : "menu"}
      title={state.scope ? `${title}\n${permission.id}.${state.scope}` : title}
      data-here={here}
      tabIndex={here ? 0 : -1}
      className={classNames(
        "-outline-offset-2 absolute top-0 flex h-full items-center px-2 group-hover/row:bg-subtle",
        still ? "cursor-default" : "cursor-pointer hover:bg-muted!",
        state.changed && "bg-accent-soft!",
      )}
      style={{ left: firstWidth + at * columnWidth, width: columnWidth }}
      // Keys are the grid's.
      onClick={() => onPlace(at, !still)}
    >
      <CellMark state={state} fixed={role.fixed} />
      {here && menu && (
        <WordMenu
          label={`${roleName(role)}, ${permission.label}`}
          word={state.word}
          byModule={state.byModule}
          onChoose={(word) => onSet(role, permission.id, word)}
          onClose={onMenuClosed}
          onClosed={onMenuClosed}
        />
      )}
    </div>
  );
}
