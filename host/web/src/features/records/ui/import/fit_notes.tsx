import { type EntityDefinition, StatusShape } from "@opsflux/ui";
import { fieldLabel } from "../../../../shared/i18n/entity_text";
import { useText } from "../../../../shared/i18n/text";
import type { Fit } from "../../api/import_fit";

/** What of a saved mapping does not fit the file, or the entity as it is now; nothing where all of it does. */
export function FitNotes({ entity, fit }: { entity: EntityDefinition; fit: Fit }) {
  const text = useText();
  const { t, n, format } = text;
  const { absent, gone, unknown, lostKey, lostSheet } = fit;
  const named = gone.map(({ column, field }) =>
    field === null ? column : t("import.fit.column_field", { column, field }),
  );
  const key = lostKey.map((field) => fieldLabel(text, entity, field));
  const notes = [
    lostSheet !== undefined && t("import.fit.sheet", { sheet: lostSheet }),
    absent.length > 0 && n("import.fit.absent", absent.length, { columns: format.list(absent) }),
    gone.length > 0 && n("import.fit.gone", gone.length, { columns: format.list(named) }),
    key.length > 0 && t("import.fit.key", { fields: format.list(key) }),
    unknown.length > 0 && n("import.fit.unknown", unknown.length, { columns: format.list(unknown) }),
  ].filter((note) => note !== false);
  if (notes.length === 0) return null;
  return (
    <div
      role="status"
      className="flex gap-2 border-line border-b bg-warn-soft px-4 py-2.5 text-body leading-read"
    >
      <StatusShape tone="warn" className="mt-1.5" />
      <ul className="min-w-0">
        {notes.map((note) => (
          <li key={note} className="wrap-anywhere">
            {note}
          </li>
        ))}
      </ul>
    </div>
  );
}
