import { Button, Card } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { ArchiveRestore } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useText } from "../../../shared/i18n/text";
import { FormAlert } from "../../../shared/ui/form_alert";
import { Dialog } from "../../../shared/ui/overlay";
import { RetypeField } from "../../../shared/ui/retype_field";
import { errorText } from "../../../shared/ui/states";
import { say, sayError } from "../../../shared/ui/toast";
import { type CustomField, customFieldQuery, usePurgeField, useRestoreField } from "../api/custom_fields";
import { labelOf } from "../api/field_draft";

/** Fields that are not shown any more, whose data is still there. */
export function RemovedFields({ fields }: { fields: CustomField[] }) {
  const text = useText();
  const { t, n, format } = text;
  const [purged, setPurged] = useState<CustomField | null>(null);
  const restore = useRestoreField();
  return (
    <Card
      flush
      icon={<ArchiveRestore size={16} aria-hidden="true" />}
      title={t("fields.removed")}
      aside={n("fields.count", fields.length)}
    >
      <ul>
        {fields.map((field) => (
          <li
            key={field.id}
            className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 border-line-soft border-t px-3.5 py-1.5 text-body first:border-t-0"
          >
            <span className="min-w-0 flex-1 basis-40">
              <span className="font-medium">{labelOf(field, text.language)}</span>{" "}
              <code className="font-mono text-text-3 text-xs">{field.name}</code>
            </span>
            {field.removed_at && (
              <span className="text-text-3 text-xs">
                {t("fields.removed_at", { when: format.ago(field.removed_at) })}
              </span>
            )}
            <Button
              busy={restore.isPending && restore.variables === field.id}
              onClick={() =>
                // By promise: this row may be gone before the answer is there.
                restore
                  .mutateAsync(field.id)
                  .then(() => say(t("fields.restored_said", { field: labelOf(field, text.language) })))
                  .catch((error: Error) => sayError(errorText(text, error)))
              }
            >
              {t("action.restore")}
            </Button>
            <Button kind="quiet" onClick={() => setPurged(field)}>
              {t("fields.purge")}
            </Button>
          </li>
        ))}
      </ul>
      {purged && <PurgeDialog field={purged} onClose={() => setPurged(null)} />}
    </Card>
  );
}

/** Cannot be taken back, and asks for the field's name. */
function PurgeDialog({ field, onClose }: { field: CustomField; onClose: () => void }) {
  const text = useText();
  const { t, n } = text;
  const [typed, setTyped] = useState("");
  const records = useQuery(customFieldQuery(field.id)).data?.records;
  const purge = usePurgeField();
  const ready = typed === field.name;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    purge.mutate(field.id, {
      onSuccess: () => {
        say(t("fields.purged_said", { field: labelOf(field, text.language) }));
        onClose();
      },
    });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("fields.purge_title", { field: labelOf(field, text.language) })}
      description={
        records === undefined || records === 0 ? t("fields.purge_none") : n("fields.purge_text", records)
      }
      foot={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="danger" type="submit" form="purge-field" disabled={!ready} busy={purge.isPending}>
            {t("fields.purge")}
          </Button>
        </>
      }
    >
      <form id="purge-field" onSubmit={submit} className="grid gap-3 py-1">
        {purge.error && <FormAlert>{errorText(text, purge.error)}</FormAlert>}
        <RetypeField label={t("fields.retype", { name: field.name })} value={typed} onChange={setTyped} />
      </form>
    </Dialog>
  );
}
