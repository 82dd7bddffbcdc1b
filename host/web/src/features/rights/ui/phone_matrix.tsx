import { classNames } from "@opsflux/ui";
import { useRef, useState } from "react";
import type { Permission } from "../../../shared/api/rights";
import { useText } from "../../../shared/i18n/text";
import { roleName } from "../../../shared/ui/rights/scope_text";
import { type Book, type MatrixRole, type Row, type Word, words } from "../api/book";
import { CellMark } from "./cell_mark";
import { cellTitle, wordText } from "./cell_text";
import type { MatrixGridProps } from "./matrix_grid";
import { shown, useExtent } from "./window";

const rowHeight = 60;

/** One role at a time; each right says what it gives and is changed in place. */
export function PhoneMatrix({ rows, book, readOnly, onSet }: Omit<MatrixGridProps, "onUndo">) {
  const { t, n } = useText();
  const scroll = useRef<HTMLDivElement>(null);
  const extent = useExtent(scroll);
  const [id, setId] = useState<string>();
  const role = (id && book.role(id)) || book.roles.find(({ fixed }) => !fixed) || book.roles[0];
  if (!role) return null;
  return (
    <>
      <select
        aria-label={t("rights.role")}
        className="control choice"
        value={role.id}
        onChange={(event) => setId(event.target.value)}
      >
        {book.roles.map((one) => (
          <option key={one.id} value={one.id}>
            {`${roleName(one)} · ${n("rights.people", one.people)}`}
          </option>
        ))}
      </select>
      <div
        ref={scroll}
        tabIndex={0}
        data-focus="inside"
        className="min-h-0 flex-1 overflow-y-auto overscroll-contain rounded-card border border-line bg-surface"
      >
        <ul
          className="relative"
          aria-label={t("rights.of_role", { role: roleName(role) })}
          style={{ height: rows.length * rowHeight }}
        >
          {shown(extent.top, extent.height, rowHeight, rows.length, -1).map((index) => {
            const row = rows[index];
            return row && <Line key={index} {...{ row, index, role, book, readOnly, onSet }} />;
          })}
        </ul>
      </div>
    </>
  );
}

interface LineProps {
  row: Row;
  index: number;
  role: MatrixRole;
  book: Book;
  readOnly: boolean;
  onSet: MatrixGridProps["onSet"];
}

function Line({ row, index, role, book, readOnly, onSet }: LineProps) {
  const style = { top: index * rowHeight, height: rowHeight };
  const line = "absolute inset-x-0 flex items-center border-line-soft border-b px-3";
  if (row.kind === "group")
    return (
      <li className={classNames(line, "gap-2 bg-subtle")} style={style}>
        <span className="font-strong text-lg">{row.group.label || row.group.module}</span>
        {row.group.label && <span className="text-text-3 text-xs">{row.group.module}</span>}
      </li>
    );
  const { permission } = row;
  const state = book.state(role, permission);
  return (
    <li className={classNames(line, "gap-3", state.changed && "bg-accent-soft")} style={style}>
      <span className="min-w-0 flex-1">
        <span className="block truncate text-lg">{permission.action_label}</span>
        <code className="block truncate font-mono text-2xs text-text-3">{permission.id}</code>
      </span>
      {readOnly || role.fixed ? (
        <CellMark state={state} fixed={role.fixed} />
      ) : (
        <Choice {...{ permission, role, book, onSet }} />
      )}
    </li>
  );
}

interface ChoiceProps {
  permission: Permission;
  role: MatrixRole;
  book: Book;
  onSet: MatrixGridProps["onSet"];
}

/** The choice lies invisible over what it shows, so that the marks of a cell are seen here too. */
function Choice({ permission, role, book, onSet }: ChoiceProps) {
  const text = useText();
  const state = book.state(role, permission);
  return (
    <span className="relative flex min-h-11 w-32 shrink-0 items-center rounded-control border border-line-control px-2 focus-within:outline-2 focus-within:outline-focus focus-within:outline-offset-2">
      <CellMark state={state} />
      <select
        aria-label={`${permission.label}: ${cellTitle(text, role, state)}`}
        className="absolute inset-0 cursor-pointer opacity-0"
        value={state.word}
        onChange={(event) => onSet(role, permission.id, event.target.value as Word)}
      >
        {words.map((word) => (
          <option key={word} value={word}>
            {wordText(text, word, state.byModule)}
          </option>
        ))}
      </select>
    </span>
  );
}
