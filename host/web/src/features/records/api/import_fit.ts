import type { EntityDefinition } from "@opsflux/ui";
import type { ImportFile, ImportPlan, ImportPreview, ImportReading } from "../../../shared/api/imports";
import type { SavedMapping } from "./import_mappings";
import { guessedPlan, importableFields, readingOf, usableKey } from "./import_plan";

/** A saved mapping put on a file, and what of it does not fit. */
export interface Fit {
  plan: ImportPlan;
  /** Columns that the file does not have. */
  absent: string[];
  /** Columns whose field is not there any more, or cannot be set. */
  gone: SavedMapping["gone"];
  /** Columns of the file that the mapping says nothing of; they go where the server takes them. */
  unknown: string[];
  /** The key by which records were found, where it has lost a column. */
  lostKey: string[];
  /** The sheet that the workbook does not have. */
  lostSheet?: string;
}

type Saved = Pick<SavedMapping, "plan" | "gone">;

/**
 * How the file is to be read for the mapping, as far as that makes sense for such a file. `headers`: its columns as
 * it is read now; where all of the mapping's are among them, text stays as it is read.
 */
export function readingFor(
  reading: ImportReading,
  file: ImportFile,
  headers: string[],
  { plan }: Saved,
): ImportReading {
  const { sheet, separator, encoding } = plan;
  const known = sheet !== undefined && (file.sheets ?? []).includes(sheet);
  const wanted = Object.entries(plan.mapping ?? {}).filter(([, field]) => field !== null);
  const fits = wanted.length > 0 && wanted.every(([column]) => headers.includes(column));
  if (file.kind === "CSV" && fits) return readingOf(reading);
  if (file.kind === "CSV") return readingOf({ ...reading, ...readingOf({ separator, encoding }) });
  return readingOf({ ...reading, ...(known ? { sheet } : {}) });
}

function columnsOf(entity: EntityDefinition, preview: ImportPreview, saved: Saved) {
  const settable = new Set(importableFields(entity).map((field) => field.name));
  const mapping = saved.plan.mapping ?? {};
  const told = new Set(saved.gone.map(({ column }) => column));
  const gone = [
    ...saved.gone,
    ...Object.entries(mapping)
      .filter(([column, field]) => field !== null && !settable.has(field) && !told.has(column))
      .map(([column, field]) => ({ column, field })),
  ];
  const lost = new Set(gone.map(({ column }) => column));
  const absent = Object.entries(mapping)
    .filter(([column, field]) => field !== null && !lost.has(column) && !preview.headers.includes(column))
    .map(([column]) => column);
  return { mapping, gone, lost, absent };
}

/** Columns that are in the file go where the mapping sends them; those it does not know, where the server would. */
export function fitMapping(
  entity: EntityDefinition,
  preview: ImportPreview,
  file: ImportFile,
  saved: Saved,
): Fit {
  const { mapping: given, gone, lost, absent } = columnsOf(entity, preview, saved);
  const guess = guessedPlan(entity, preview);
  const known = (header: string) => Object.hasOwn(given, header);
  const kept = (header: string) => (lost.has(header) ? null : (given[header] ?? null));
  const taken = new Set(preview.headers.filter(known).map(kept));
  const guessed = (header: string) => {
    const field = guess.mapping[header] ?? null;
    return taken.has(field) ? null : field;
  };
  const mapping = Object.fromEntries(
    preview.headers.map((header) => [header, known(header) ? kept(header) : guessed(header)]),
  );
  const { mode, decimal, dates, key = [], sheet } = saved.plan;
  const usable = usableKey(entity, mapping, key);
  return {
    plan: {
      mapping,
      key: usable,
      mode: mode ?? guess.mode,
      decimal: decimal ?? guess.decimal,
      dates: dates ?? guess.dates,
    },
    absent,
    gone,
    unknown: preview.headers.filter((header) => !known(header)),
    lostKey: usable.length > 0 ? [] : key,
    ...(sheet !== undefined && file.sheets && !file.sheets.includes(sheet) ? { lostSheet: sheet } : {}),
  };
}
