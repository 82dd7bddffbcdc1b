import { Button, type EntityDefinition } from "@opsflux/ui";
import { entityCounted } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { FormAlert } from "../../../shared/ui/form_alert";
import { Dialog } from "../../../shared/ui/overlay";
import { errorText } from "../../../shared/ui/states";
import { say } from "../../../shared/ui/toast";
import type { BulkReport } from "../api/bulk";
import { usePurge } from "../api/purge";

export interface PurgeDialogProps {
  entity: EntityDefinition;
  ids: string[];
  /** What goes, where it is one record with a name. */
  name?: string;
  onClose: () => void;
  /** Once all are gone, or some with a report of the others. */
  onDone: (report: BulkReport) => void;
}

/** Nothing brings these records back, which is why it is asked first. */
export function PurgeDialog({ entity, ids, name, onClose, onDone }: PurgeDialogProps) {
  const text = useText();
  const { t, n } = text;
  const purge = usePurge(entity);
  const first = ids.length === 1 ? purge.data?.failed[0]?.error : undefined;
  // What follows must not depend on this dialog: the record's page may be gone with the record. An error stands below.
  const submit = async () => {
    const report = await purge.mutateAsync(ids).catch(() => undefined);
    if (!report) return;
    const what = name ?? entityCounted(text, entity, report.done.length);
    if (report.done.length > 0) say(n("purge.done", report.done.length, { what }));
    // The reason of a single refusal is said here.
    if (report.failed.length === 0 || ids.length > 1) onDone(report);
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("purge.title", { what: name ?? entityCounted(text, entity, ids.length) })}
      description={t("purge.text")}
      foot={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="danger" busy={purge.isPending} onClick={submit}>
            {t("purge.submit")}
          </Button>
        </>
      }
    >
      {purge.error && <FormAlert>{errorText(text, purge.error)}</FormAlert>}
      {first && <FormAlert>{first.detail ?? first.title ?? t("error.unexpected")}</FormAlert>}
    </Dialog>
  );
}
