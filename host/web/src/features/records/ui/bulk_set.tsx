import { Button, type EntityDefinition } from "@opsflux/ui";
import { type FormEvent, useId, useState } from "react";
import { entityCounted, fieldLabel } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { Field } from "../../../shared/ui/field";
import { FormAlert } from "../../../shared/ui/form_alert";
import { Dialog } from "../../../shared/ui/overlay";
import { RecordName } from "../../../shared/ui/record_name";
import { errorText } from "../../../shared/ui/states";
import { say } from "../../../shared/ui/toast";
import { type BulkReport, bulkFields, useBulk } from "../api/bulk";
import { toSend } from "../api/draft";
import { FieldEditor } from "./field_editor";

export interface BulkSetProps {
  entity: EntityDefinition;
  ids: string[];
  onClose: () => void;
  /** Once all or some were changed. */
  onDone: () => void;
}

/** Gives one field the same value in all records that are ticked. */
export function BulkSetDialog({ entity, ids, onClose, onDone }: BulkSetProps) {
  const text = useText();
  const { t } = text;
  const form = useId();
  const fields = bulkFields(entity);
  const [name, setName] = useState(fields[0]?.name ?? "");
  const [value, setValue] = useState<unknown>(null);
  const [report, setReport] = useState<BulkReport>();
  const bulk = useBulk(entity);
  const field = fields.find((candidate) => candidate.name === name);
  const what = entityCounted(text, entity, ids.length);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!field) return;
    const values = { [name]: toSend(field, value) };
    bulk.mutate(
      ids.map((id) => ({ action: "update" as const, id, values })),
      {
        onSuccess: (answer) => {
          say(text.n("bulk.changed", answer.done.length));
          if (answer.failed.length > 0) setReport(answer);
          else onDone();
        },
      },
    );
  };
  if (report) return <BulkReportDialog entity={entity} report={report} onClose={onDone} />;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("bulk.set_title", { what })}
      foot={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" form={form} busy={bulk.isPending} disabled={!field}>
            {t("bulk.apply", { what })}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="grid min-h-72 content-start gap-4 pb-2">
        {bulk.error && <FormAlert>{errorText(text, bulk.error)}</FormAlert>}
        <Field label={t("filter.field")}>
          {(given) => (
            <select
              {...given}
              className="control choice"
              value={name}
              onChange={(event) => {
                setName(event.target.value);
                setValue(null);
              }}
            >
              {fields.map((candidate) => (
                <option key={candidate.name} value={candidate.name}>
                  {fieldLabel(text, entity, candidate.name)}
                </option>
              ))}
            </select>
          )}
        </Field>
        {field && (
          <Field label={t("bulk.value")} help={t("bulk.empty_help")}>
            {(given) => (
              <FieldEditor
                key={name}
                ids={given}
                entity={entity}
                field={{ ...field, required: false }}
                value={value}
                onChange={setValue}
              />
            )}
          </Field>
        )}
      </form>
    </Dialog>
  );
}

/** Which records the server refused, and why. */
export function BulkReportDialog({
  entity,
  report,
  onClose,
}: {
  entity: EntityDefinition;
  report: BulkReport;
  onClose: () => void;
}) {
  const text = useText();
  const { t, n } = text;
  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={n("bulk.refused", report.failed.length)}
      description={n("bulk.passed", report.done.length)}
      foot={<Button onClick={onClose}>{t("action.close")}</Button>}
    >
      <table className="w-full text-body">
        <thead>
          <tr className="text-left text-text-3 text-xs">
            <th scope="col" className="py-1.5 pr-4 font-regular">
              {t("bulk.record")}
            </th>
            <th scope="col" className="py-1.5 font-regular">
              {t("bulk.reason")}
            </th>
          </tr>
        </thead>
        <tbody>
          {report.failed.map(({ id, error }) => (
            <tr key={id} className="align-top *:border-line-soft *:border-t *:py-2">
              <td className="pr-4">
                <RecordName to={entity.name} id={id} />
              </td>
              <td>
                {error.errors?.map((one) => one.detail).join(" ") ||
                  error.detail ||
                  error.title ||
                  t("error.unexpected")}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}
