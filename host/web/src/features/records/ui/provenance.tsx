import type { RecordData } from "@opsflux/ui";
import { useText } from "../../../shared/i18n/text";

/** Who made the record and who changed it last, in one quiet line. */
export function Provenance({ record, className }: { record: RecordData; className?: string }) {
  const { t, format } = useText();
  const by = { created: record._labels?.created_by ?? "", changed: record._labels?.updated_by ?? "" };
  const created = t(by.created ? "record.created_by" : "record.created", {
    date: format.date(record.created_at),
    name: by.created,
  });
  const changed = t(by.changed ? "record.changed_by" : "record.changed", {
    date: format.date(record.updated_at),
    time: format.time(record.updated_at),
    name: by.changed,
  });
  return <p className={className}>{record.version > 1 ? `${created}, ${changed}` : created}</p>;
}
