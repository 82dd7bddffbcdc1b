import { Button } from "@opsflux/ui";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ImportRun, noteImport, undoImport } from "../../../../shared/api/imports";
import { entityKey } from "../../../../shared/api/records";
import { useText } from "../../../../shared/i18n/text";
import { FormAlert } from "../../../../shared/ui/form_alert";
import { Dialog } from "../../../../shared/ui/overlay";
import { errorText } from "../../../../shared/ui/states";

/** Many records change at once, which is asked about beforehand. */
export function UndoDialog({ run, onClose }: { run: ImportRun; onClose: () => void }) {
  const text = useText();
  const { t, n } = text;
  const client = useQueryClient();
  const undo = useMutation({
    mutationFn: () => undoImport(run.id),
    onSuccess: (now) => {
      noteImport(client, now);
      void client.invalidateQueries({ queryKey: entityKey(run.entity) });
      onClose();
    },
  });
  const { created = 0, updated = 0 } = run.counts;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("import.undo_title", { name: run.file_name })}
      foot={
        <>
          <Button onClick={onClose}>{t("action.close")}</Button>
          <Button kind="danger" busy={undo.isPending} onClick={() => undo.mutate()}>
            {t("import.undo")}
          </Button>
        </>
      }
    >
      <div className="grid gap-1.5 text-body leading-read">
        {undo.error && <FormAlert>{errorText(text, undo.error)}</FormAlert>}
        {created > 0 && <p>{n("import.undo_created", created)}</p>}
        {updated > 0 && <p>{n("import.undo_updated", updated)}</p>}
        <p className="text-text-2">{t("import.undo_kept")}</p>
      </div>
    </Dialog>
  );
}
