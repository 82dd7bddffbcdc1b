import type { Row } from "../api/book";

export interface Place {
  row: number;
  column: number;
}

interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** The nearest row of a right from `row` on, in the direction of `step`; the last one before where there is none. */
function rightAt(rows: Row[], row: number, step: 1 | -1): number | undefined {
  const within = Math.max(0, Math.min(rows.length - 1, row));
  for (let at = within; at >= 0 && at < rows.length; at += step)
    if (rows[at]?.kind === "permission") return at;
  for (let at = within; at >= 0 && at < rows.length; at -= step)
    if (rows[at]?.kind === "permission") return at;
  return undefined;
}

/** Where a key leads to from a cell; nothing for keys that do not move. */
export function placeAfter(
  { key, ctrlKey, metaKey, altKey }: Pressed,
  { row, column }: Place,
  rows: Row[],
  columns: number,
  page: number,
): Place | undefined {
  if (altKey) return undefined;
  const far = ctrlKey || metaKey;
  const line = (to: number, step: 1 | -1): Place | undefined => {
    const found = rightAt(rows, to, step);
    return found === undefined ? undefined : { row: found, column };
  };
  const beside = (to: number): Place => ({ row, column: Math.max(0, Math.min(columns - 1, to)) });
  switch (key) {
    case "ArrowDown":
      return line(far ? rows.length - 1 : row + 1, far ? -1 : 1);
    case "ArrowUp":
      return line(far ? 0 : row - 1, far ? 1 : -1);
    case "PageDown":
      return line(row + page, 1);
    case "PageUp":
      return line(row - page, -1);
    case "ArrowRight":
      return beside(far ? columns - 1 : column + 1);
    case "ArrowLeft":
      return beside(far ? 0 : column - 1);
    case "Home":
      return far ? { row: rightAt(rows, 0, 1) ?? row, column: 0 } : beside(0);
    case "End":
      return far
        ? { row: rightAt(rows, rows.length - 1, -1) ?? row, column: columns - 1 }
        : beside(columns - 1);
    default:
      return undefined;
  }
}
