import { Button, type EntityDefinition, type RecordData } from "@opsflux/ui";
import { RotateCcw, Trash2 } from "lucide-react";
import { useText } from "../../../shared/i18n/text";
import { useRestore } from "../api/remove";

/** Above a deleted record, which can be read and restored but not changed. */
export function DeletedNotice({ entity, record }: { entity: EntityDefinition; record: RecordData }) {
  const { t, format } = useText();
  const restore = useRestore(entity);
  if (!record.deleted_at) return null;
  const at = { date: format.date(record.deleted_at), time: format.time(record.deleted_at) };
  return (
    <div
      role="status"
      className="mx-6 mb-2 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-control border border-line bg-subtle px-3 py-1.5 text-body touch:mx-4"
    >
      <Trash2 size={16} className="shrink-0 text-text-3" aria-hidden="true" />
      <p className="min-w-0 flex-1 basis-52">{t("record.deleted", at)}</p>
      {entity.rights.includes("delete") && (
        <Button icon={<RotateCcw size={16} aria-hidden="true" />} onClick={() => restore([record.id])}>
          {t("action.restore")}
        </Button>
      )}
    </div>
  );
}
