import type { EntityDefinition, FieldDefinition } from "@opsflux/ui";
import type {
  ImportCounts,
  ImportPlan,
  ImportPreview,
  ImportReading,
  ImportRun,
} from "../../../shared/api/imports";

/** The fields that a column may go to. */
export function importableFields(entity: EntityDefinition): FieldDefinition[] {
  return entity.fields.filter((field) => !field.read_only);
}

type Mapping = ImportPlan["mapping"];

/** A mapping that was kept, as far as its columns and fields are still there. */
function stillThere(entity: EntityDefinition, headers: string[], given: Mapping): Mapping {
  const names = new Set(importableFields(entity).map((field) => field.name));
  return Object.fromEntries(
    headers.map((header) => {
      const field = given[header];
      return [header, field && names.has(field) ? field : null];
    }),
  );
}

/** What the server takes the columns for, without what was chosen for other files. */
export function guessedPlan(entity: EntityDefinition, preview: ImportPreview): ImportPlan {
  return {
    mapping: stillThere(entity, preview.headers, preview.mapping),
    key: [],
    mode: "all",
    decimal: preview.decimal,
    dates: preview.dates,
  };
}

/** Whether a plan was made for a file that has all of its columns. */
export function isFor(preview: ImportPreview, plan: Partial<ImportPlan> | null | undefined): boolean {
  return !!plan?.mapping && Object.keys(plan.mapping).every((header) => preview.headers.includes(header));
}

/** The plan to begin with: what was last chosen for this run, else for such a file, else the guess. */
export function firstPlan(
  entity: EntityDefinition,
  preview: ImportPreview,
  chosen: Partial<ImportPlan> | null,
): ImportPlan {
  const guess = guessedPlan(entity, preview);
  const kept = [chosen, preview.before].find((plan) => isFor(preview, plan));
  if (!kept?.mapping) return guess;
  const plan = {
    ...guess,
    mapping: stillThere(entity, preview.headers, kept.mapping),
    mode: kept.mode ?? guess.mode,
    decimal: kept.decimal ?? guess.decimal,
    dates: kept.dates ?? guess.dates,
  };
  return { ...plan, key: usableKey(entity, plan.mapping, kept.key ?? []) };
}

/** Back to what the server takes the columns for; what else was chosen stays. */
export function reguessed(entity: EntityDefinition, preview: ImportPreview, plan: ImportPlan): ImportPlan {
  const { mapping } = guessedPlan(entity, preview);
  return { ...plan, mapping, key: usableKey(entity, mapping, plan.key) };
}

/** Sends a column to a field; another column that went there is left out. A key that loses its column goes too. */
export function assign(
  entity: EntityDefinition,
  plan: ImportPlan,
  header: string,
  field: string | null,
): ImportPlan {
  const mapping = Object.fromEntries(
    Object.entries(plan.mapping).map(([other, taken]) => [
      other,
      other === header ? field : taken === field ? null : taken,
    ]),
  );
  return { ...plan, mapping, key: usableKey(entity, mapping, plan.key) };
}

const takenFields = (mapping: Mapping) => new Set(Object.values(mapping).filter((field) => field !== null));

/** The required fields that no column goes to and that nothing else fills. */
export function missingFields(entity: EntityDefinition, mapping: Mapping): FieldDefinition[] {
  const taken = takenFields(mapping);
  return importableFields(entity).filter(
    (field) => field.required && field.default === undefined && !taken.has(field.name),
  );
}

/** Every set of fields by which a record can be found again. */
export function uniqueSets(entity: EntityDefinition): string[][] {
  const names = new Set(importableFields(entity).map((field) => field.name));
  const single = entity.fields.filter((field) => field.unique).map((field) => [field.name]);
  return [...single, ...(entity.unique ?? [])].filter((set) => set.every((name) => names.has(name)));
}

/** Those of them whose fields all have a column. */
export function keyChoices(entity: EntityDefinition, mapping: Mapping): string[][] {
  const taken = takenFields(mapping);
  return uniqueSets(entity).filter((set) => set.every((name) => taken.has(name)));
}

export const keyName = (key: string[]) => key.join(" ");

export function usableKey(entity: EntityDefinition, mapping: Mapping, key: string[]): string[] {
  return keyChoices(entity, mapping).find((set) => keyName(set) === keyName(key)) ?? [];
}

const numbers = new Set(["integer", "decimal", "money"]);
const days = new Set(["date", "datetime"]);

/** Which ways of writing matter for the columns that are taken. */
export function waysOfWriting(
  entity: EntityDefinition,
  mapping: Mapping,
): { numbers: boolean; dates: boolean } {
  const taken = takenFields(mapping);
  const types = entity.fields.filter((field) => taken.has(field.name)).map((field) => field.type);
  return { numbers: types.some((type) => numbers.has(type)), dates: types.some((type) => days.has(type)) };
}

/** How the file is read, by what was chosen. */
export function readingOf(plan: Partial<ImportPlan> | null): ImportReading {
  const { sheet, separator, encoding } = plan ?? {};
  return Object.fromEntries(
    Object.entries({ sheet, separator, encoding }).filter(([, value]) => value !== undefined),
  );
}

/** How many records stand changed by the run. */
export function written({ created = 0, updated = 0, undone = 0, trying = true }: ImportCounts): number {
  return trying ? 0 : Math.max(0, created + updated - undone);
}

const ended = new Set(["uploaded", "failed", "cancelled", "interrupted"]);

/** May be started, or started anew: nothing of it stands in the records. */
export function canStart(run: ImportRun): boolean {
  return ended.has(run.state) && written(run.counts) === 0;
}

export function canUndo(run: ImportRun): boolean {
  return ["done", "cancelled", "interrupted"].includes(run.state) && written(run.counts) > 0;
}

/** From 0 to 1; undefined until the rows are counted. */
export function progressOf({ rows = 0, total = 0 }: ImportCounts): number | undefined {
  return total > 0 ? Math.min(1, rows / total) : undefined;
}

export type Outcome =
  | "checked"
  | "checked_bad"
  | "done"
  | "done_bad"
  | "nothing"
  | "failed"
  | "cancelled"
  | "interrupted"
  | "undone";

/** What is to be said of a run that does not run; nothing of one that has only been received. */
export function outcomeOf(run: ImportRun): Outcome | undefined {
  const bad = (run.counts.failed ?? 0) > 0;
  switch (run.state) {
    case "running":
      return undefined;
    case "uploaded":
      return run.counts.rows === undefined ? undefined : bad ? "checked_bad" : "checked";
    case "done":
      return bad ? "done_bad" : "done";
    case "failed":
      return run.error ? "failed" : "nothing";
    default:
      return run.state;
  }
}

/** Values of a column that are worth showing: different ones, not empty. */
export function samplesOf(preview: ImportPreview, column: number, most = 3): string[] {
  const values = preview.rows.map((row) => (row.cells[column] ?? "").trim()).filter((value) => value !== "");
  return [...new Set(values)].slice(0, most);
}

/** The head line of a file to fill in, as spreadsheets of the language read it. */
export function templateLine(labels: string[], language: string): string {
  const separator = language === "en" ? "," : ";";
  const cells = labels.map((label) => (/[",;\n]/.test(label) ? `"${label.replaceAll('"', '""')}"` : label));
  return `\uFEFF${cells.join(separator)}\r\n`;
}
