import { Button, type EntityDefinition, type FieldDefinition, type RecordData } from "@opsflux/ui";
import { Check, X } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { ApiError, isStatus } from "../../../shared/api/api_error";
import { useUpdateRecord } from "../../../shared/api/records";
import { fieldLabel } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { IconButton } from "../../../shared/ui/overlay";
import { errorText } from "../../../shared/ui/states";
import { type Conflict, disputed } from "../api/conflict";
import { ConflictDialog } from "./conflict_dialog";
import { FieldEditor } from "./field_editor";

export interface InlineEditProps {
  entity: EntityDefinition;
  field: FieldDefinition;
  record: RecordData;
  onClose: () => void;
}

/** One value in its place: ↵ saves, Échap leaves it. */
export function InlineEdit({ entity, field, record, onClose }: InlineEditProps) {
  const text = useText();
  const { t } = text;
  const id = useId();
  // What others save meanwhile arrives here too, and must not pass for what this edit began with.
  const [first] = useState(record);
  const [value, setValue] = useState<unknown>(first[field.name] ?? null);
  const [conflict, setConflict] = useState<Conflict>();
  const update = useUpdateRecord(entity);
  const save = (version: number, next: unknown) =>
    update.mutate(
      { id: record.id, version, changes: { [field.name]: next } },
      {
        onSuccess: onClose,
        onError: (error) => {
          if (!isStatus(error, 412) || !(error instanceof ApiError) || !error.problem.current) return;
          const current = error.problem.current as RecordData;
          const clash = { current, mine: { [field.name]: next }, base: first };
          if (disputed(clash).length === 0) save(current.version, next);
          else setConflict(clash);
        },
      },
    );
  const refusal =
    update.error && !conflict
      ? update.error instanceof ApiError
        ? update.error.fields[0]?.detail
        : undefined
      : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save(first.version, value);
  };
  const label = fieldLabel(text, entity, field.name);
  const ids = {
    id,
    "aria-label": label,
    "aria-describedby": update.error ? `${id}-note` : undefined,
    "aria-invalid": update.error ? (true as const) : undefined,
    "aria-required": undefined,
  };
  return (
    <form
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
      className="grid w-full gap-1"
    >
      <div className="flex items-start gap-1">
        <div className="min-w-0 flex-1">
          <FieldEditor
            ids={ids}
            entity={entity}
            field={field}
            value={value}
            onChange={setValue}
            label={record._labels?.[field.name]}
            values={record}
            files={record._files}
            autoFocus
          />
        </div>
        <Button
          kind="primary"
          type="submit"
          busy={update.isPending}
          aria-label={t("action.save")}
          title={t("action.save")}
          className="aspect-square px-0!"
        >
          <Check size={15} aria-hidden="true" />
        </Button>
        <IconButton label={t("action.cancel")} onClick={onClose}>
          <X size={15} aria-hidden="true" />
        </IconButton>
      </div>
      {update.error && !conflict && (
        <p id={`${id}-note`} role="alert" className="text-danger-text text-sm">
          {refusal ?? errorText(text, update.error)}
        </p>
      )}
      {conflict && (
        <ConflictDialog
          entity={entity}
          conflict={conflict}
          onClose={() => setConflict(undefined)}
          onResolve={(changes) => {
            setConflict(undefined);
            if (field.name in changes) save(conflict.current.version, changes[field.name]);
            else onClose();
          }}
        />
      )}
    </form>
  );
}
