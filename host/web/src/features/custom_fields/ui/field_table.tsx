import { type EntityDefinition, Status } from "@opsflux/ui";
import { ArrowDown, ArrowUp, Trash2 } from "lucide-react";
import { sectionLabel } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { IconButton } from "../../../shared/ui/overlay";
import { errorText } from "../../../shared/ui/states";
import { say, sayError } from "../../../shared/ui/toast";
import { type CustomField, useOrder, useRemoveField, useRestoreField } from "../api/custom_fields";
import { labelOf } from "../api/field_draft";

export interface FieldTableProps {
  entity: EntityDefinition;
  fields: CustomField[];
  /** Keep their place behind those in use. */
  removed: CustomField[];
  onEdit: (field: CustomField) => void;
}

export function FieldTable({ entity, fields, removed, onEdit }: FieldTableProps) {
  const { t } = useText();
  return (
    <div className="overflow-hidden rounded-card border border-line bg-surface">
      <table className="w-full text-body touch:block">
        <thead className="border-line border-b bg-subtle text-left text-text-3 text-xs touch:sr-only">
          <tr className="*:h-9 *:px-3 *:font-regular *:first:pl-4">
            <th scope="col">{t("fields.field")}</th>
            <th scope="col">{t("fields.type")}</th>
            <th scope="col">{t("fields.rules")}</th>
            <th scope="col">{t("fields.section")}</th>
            <th scope="col">
              <span className="sr-only">{t("fields.order")}</span>
            </th>
          </tr>
        </thead>
        <tbody className="touch:block">
          {fields.map((field, index) => (
            <FieldRow
              key={field.id}
              entity={entity}
              field={field}
              index={index}
              all={[...fields, ...removed]}
              count={fields.length}
              onEdit={onEdit}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface FieldRowProps {
  entity: EntityDefinition;
  field: CustomField;
  index: number;
  count: number;
  all: CustomField[];
  onEdit: (field: CustomField) => void;
}

function FieldRow({ entity, field, index, count, all, onEdit }: FieldRowProps) {
  const text = useText();
  const { t } = text;
  const label = labelOf(field, text.language);
  const help = field.texts[text.language]?.help;
  return (
    <tr className="relative border-line-soft border-t first:border-t-0 hover:bg-muted *:px-3 *:py-2 *:first:pl-4 touch:flex touch:flex-wrap touch:items-center touch:p-2 touch:*:px-2! touch:*:py-1!">
      <td className="touch:min-w-0 touch:basis-full">
        <button
          type="button"
          className="text-left font-strong after:absolute after:inset-0 after:content-['']"
          onClick={() => onEdit(field)}
        >
          {label}
        </button>
        <p className="flex flex-wrap gap-x-2 text-text-3 text-xs">
          <code className="font-mono">{field.name}</code>
          {help && <span className="max-w-96 truncate">{help}</span>}
        </p>
        {field.problem && <p className="text-danger-text text-xs">{field.problem}</p>}
      </td>
      <td className="whitespace-nowrap text-text-2">
        {t(`field_type.${field.field.type}` as "field_type.text")}
      </td>
      <td className="touch:empty:hidden">
        <Rules field={field} />
      </td>
      <td className="text-text-2 touch:hidden">
        {field.section ? sectionLabel(text, entity, field.section) : "–"}
      </td>
      <td className="touch:ml-auto">
        <div className="relative z-10 flex justify-end">
          <Move field={field} label={label} index={index} count={count} all={all} by={-1} />
          <Move field={field} label={label} index={index} count={count} all={all} by={1} />
          <Remove field={field} label={label} />
        </div>
      </td>
    </tr>
  );
}

function Rules({ field }: { field: CustomField }) {
  const { t } = useText();
  const { field: rules } = field;
  const conditional = rules.visible_if || rules.required_if || rules.read_only_if;
  const words = [
    rules.required && t("fields.required"),
    rules.unique && t("fields.unique"),
    field.search && t("fields.searched"),
    (rules.view || rules.edit) && t("fields.restricted"),
    conditional && t("fields.conditional"),
    rules.personal && t("fields.personal"),
  ].filter((word) => typeof word === "string");
  if (words.length === 0 && field.state !== "left_out") return null;
  return (
    <div className="flex flex-wrap items-center gap-1">
      {field.state === "left_out" && <Status tone="danger">{t("fields.left_out")}</Status>}
      {words.map((word) => (
        <span
          key={word}
          className="rounded-tag border border-line bg-subtle px-1.5 py-0.5 text-2xs text-text-2 whitespace-nowrap"
        >
          {word}
        </span>
      ))}
    </div>
  );
}

interface MoveProps {
  field: CustomField;
  label: string;
  index: number;
  count: number;
  all: CustomField[];
  by: -1 | 1;
}

function Move({ field, label, index, count, all, by }: MoveProps) {
  const text = useText();
  const order = useOrder(field.entity);
  const to = index + by;
  const move = () => {
    const ids = all.map(({ id }) => id);
    ids.splice(index, 1);
    ids.splice(to, 0, field.id);
    order.mutate(ids, { onError: (error) => sayError(errorText(text, error)) });
  };
  const Arrow = by < 0 ? ArrowUp : ArrowDown;
  return (
    <IconButton
      label={text.t(by < 0 ? "fields.move_up" : "fields.move_down", { field: label })}
      disabled={to < 0 || to >= count || order.isPending}
      onClick={move}
    >
      <Arrow size={15} aria-hidden="true" />
    </IconButton>
  );
}

/** Its data stays, so it needs no question: it can be taken back. */
function Remove({ field, label }: { field: CustomField; label: string }) {
  const text = useText();
  const remove = useRemoveField();
  const restore = useRestoreField();
  const failed = (error: Error) => sayError(errorText(text, error));
  return (
    <IconButton
      label={text.t("fields.remove", { field: label })}
      disabled={remove.isPending}
      onClick={() =>
        // By promise: this row may be gone before the answer is there.
        remove
          .mutateAsync(field.id)
          .then(() =>
            say(text.t("fields.removed_said", { field: label }), () => {
              restore.mutateAsync(field.id).catch(failed);
            }),
          )
          .catch(failed)
      }
    >
      <Trash2 size={15} aria-hidden="true" />
    </IconButton>
  );
}
