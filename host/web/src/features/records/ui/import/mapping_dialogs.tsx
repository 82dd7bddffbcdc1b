import { Button, type EntityDefinition } from "@opsflux/ui";
import { type FormEvent, useRef, useState } from "react";
import { ApiError } from "../../../../shared/api/api_error";
import { useText } from "../../../../shared/i18n/text";
import { Field } from "../../../../shared/ui/field";
import { useFirstRefusal } from "../../../../shared/ui/first_refusal";
import { FormAlert } from "../../../../shared/ui/form_alert";
import { Dialog } from "../../../../shared/ui/overlay";
import { errorText } from "../../../../shared/ui/states";
import { say } from "../../../../shared/ui/toast";
import {
  type MappingBody,
  type SavedMapping,
  useDeleteMapping,
  useSaveMapping,
} from "../../api/import_mappings";

export interface NameMappingDialogProps {
  entity: EntityDefinition;
  title: string;
  /** Of the mapping that is changed; without one it is a new one. */
  id?: string;
  body: MappingBody;
  onSaved: (mapping: SavedMapping) => void;
  onClose: () => void;
}

/** Under which name a mapping is kept, and whether others may use it. */
export function NameMappingDialog({ entity, title, id, body, onSaved, onClose }: NameMappingDialogProps) {
  const { t } = useText();
  const [name, setName] = useState(body.name ?? "");
  const [shared, setShared] = useState(body.shared ?? false);
  const save = useSaveMapping(entity.name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(
      { id, body: { ...body, name, shared } },
      {
        onSuccess: (mapping) => {
          say(t("import.mappings.saved", { name: mapping.name }));
          onSaved(mapping);
          onClose();
        },
      },
    );
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={title}
      description={t("import.mappings.save_help")}
      foot={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" form="name-mapping" busy={save.isPending}>
            {t("action.save")}
          </Button>
        </>
      }
    >
      <NameForm
        name={name}
        onName={setName}
        shared={shared}
        onShared={setShared}
        error={save.error}
        onSubmit={submit}
      />
    </Dialog>
  );
}

interface NameFormProps {
  name: string;
  onName: (name: string) => void;
  shared: boolean;
  onShared: (shared: boolean) => void;
  error: Error | null;
  onSubmit: (event: FormEvent) => void;
}

function NameForm({ name, onName, shared, onShared, error, onSubmit }: NameFormProps) {
  const text = useText();
  const { t } = text;
  const form = useRef<HTMLFormElement>(null);
  useFirstRefusal(form, error);
  const refusal =
    error instanceof ApiError ? error.fields.find(({ field }) => field === "name")?.detail : undefined;
  return (
    <form id="name-mapping" ref={form} onSubmit={onSubmit} noValidate className="grid gap-3 py-1">
      {error && !refusal && <FormAlert>{errorText(text, error)}</FormAlert>}
      <Field label={t("import.mappings.name")} error={refusal}>
        {(ids) => (
          <input {...ids} className="control" value={name} onChange={(event) => onName(event.target.value)} />
        )}
      </Field>
      <label className="flex min-h-7 cursor-pointer gap-2.5 text-body touch:min-h-11">
        <input
          type="checkbox"
          className="tick mt-0.5"
          checked={shared}
          onChange={(event) => onShared(event.target.checked)}
        />
        <span>
          <span className="block">{t("import.mappings.share")}</span>
          <span className="block text-sm text-text-2 leading-read">{t("import.mappings.share_help")}</span>
        </span>
      </label>
    </form>
  );
}

interface DeleteMappingDialogProps {
  entity: EntityDefinition;
  mapping: SavedMapping;
  onDeleted: () => void;
  onClose: () => void;
}

export function DeleteMappingDialog({ entity, mapping, onDeleted, onClose }: DeleteMappingDialogProps) {
  const text = useText();
  const { t } = text;
  const remove = useDeleteMapping(entity.name);
  const { id, name, shared } = mapping;
  const go = () =>
    remove.mutate(id, {
      onSuccess: () => {
        say(t("import.mappings.deleted", { name }));
        onDeleted();
        onClose();
      },
    });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("import.mappings.delete_title", { name })}
      description={t(shared ? "import.mappings.delete_shared" : "import.mappings.delete_help")}
      foot={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="danger" busy={remove.isPending} onClick={go}>
            {t("action.delete")}
          </Button>
        </>
      }
    >
      {remove.error && <FormAlert>{errorText(text, remove.error)}</FormAlert>}
    </Dialog>
  );
}
