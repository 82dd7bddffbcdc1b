import { Button, type EntityDefinition, type FieldDefinition, type RecordData } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { recordQuery } from "../../../shared/api/records";
import { titleOf } from "../../../shared/api/title";
import { fieldLabel } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { Field } from "../../../shared/ui/field";
import { FieldValue } from "../../../shared/ui/field_value";
import { FormAlert } from "../../../shared/ui/form_alert";
import { Dialog } from "../../../shared/ui/overlay";
import { errorText } from "../../../shared/ui/states";
import { say, sayError } from "../../../shared/ui/toast";
import { differing, firstSurvivor, mergedValues, type Survivor } from "../api/merge";
import { useMerge, useUndoMerge } from "../api/versions";
import { ReferenceCombobox } from "./reference_editor";

export interface MergeDialogProps {
  entity: EntityDefinition;
  /** The record that stays. */
  record: RecordData;
  onClose: () => void;
}

function useMergeInto({ entity, record, onClose }: MergeDialogProps) {
  const text = useText();
  const merge = useMerge(entity, record.id);
  const undo = useUndoMerge(entity, record.id);
  const run = (other: RecordData, values: Record<string, unknown>) => {
    const name = titleOf(entity, other);
    const takeBack = () =>
      void undo.mutateAsync(other.id).then(
        () => say(text.t("merge.undone", { name })),
        (error: unknown) => sayError(errorText(text, error)),
      );
    merge.mutate(
      { from: other.id, values },
      {
        onSuccess: () => {
          say(text.t("merge.done", { name }), takeBack);
          onClose();
        },
      },
    );
  };
  return { run, error: merge.error, busy: merge.isPending };
}

/** Takes another record into this one: which one, and for each field whose value stays. */
export function MergeDialog(props: MergeDialogProps) {
  const { entity, record, onClose } = props;
  const text = useText();
  const { t } = text;
  const [id, setId] = useState<string>();
  const [chosen, setChosen] = useState<Record<string, Survivor>>({});
  const itself = id === record.id;
  const found = useQuery({ ...recordQuery(entity, id ?? ""), enabled: id !== undefined && !itself });
  const other = id !== undefined && !itself ? found.data : undefined;
  const fields = other ? differing(entity, record, other) : [];
  const survivor = (field: FieldDefinition) => chosen[field.name] ?? firstSurvivor(record, field);
  const merging = useMergeInto(props);
  const choose = (value: unknown) => {
    setId(typeof value === "string" ? value : undefined);
    setChosen({});
  };
  const all = (side: Survivor) => setChosen(Object.fromEntries(fields.map(({ name }) => [name, side])));
  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={t("merge.title", { name: titleOf(entity, record) })}
      description={t("merge.help")}
      foot={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button
            kind="danger"
            className="max-w-full"
            disabled={!other}
            busy={merging.busy}
            onClick={() => other && merging.run(other, mergedValues(fields, other, survivor))}
          >
            <span className="truncate">
              {other ? t("merge.submit", { name: titleOf(entity, other) }) : t("merge.submit_none")}
            </span>
          </Button>
        </>
      }
    >
      <div className="grid min-h-80 content-start gap-4 py-1">
        {merging.error && <FormAlert>{errorText(text, merging.error)}</FormAlert>}
        {found.error && !itself && <FormAlert>{errorText(text, found.error)}</FormAlert>}
        <Field label={t("merge.other")} error={itself ? t("merge.itself") : undefined}>
          {(ids) => (
            <ReferenceCombobox
              ids={ids}
              entity={entity}
              field={{ name: "from", type: "reference", to: entity.name }}
              target={entity}
              value={id ?? null}
              onChange={choose}
            />
          )}
        </Field>
        {other && (
          <section aria-label={t("merge.values")}>
            <h3 className="mb-2 font-strong text-body">{t("merge.values")}</h3>
            {fields.length > 0 && (
              <div className="sticky -top-2 z-10 grid grid-cols-2 gap-2 bg-surface py-1.5">
                {(["this", "other"] as const).map((side) => (
                  <Button
                    key={side}
                    className="h-auto! min-h-(--control-h) min-w-0 py-1.5"
                    onClick={() => all(side)}
                  >
                    <span className="min-w-0 whitespace-normal">
                      {t("merge.all_of", { name: titleOf(entity, side === "this" ? record : other) })}
                    </span>
                  </Button>
                ))}
              </div>
            )}
            {fields.length === 0 && <p className="text-body text-text-2">{t("merge.same")}</p>}
            {fields.map((field) => (
              <MergeField
                key={field.name}
                {...{ entity, field, record, other }}
                survivor={survivor(field)}
                onChoose={(side) => setChosen({ ...chosen, [field.name]: side })}
              />
            ))}
          </section>
        )}
      </div>
    </Dialog>
  );
}

interface MergeFieldProps {
  entity: EntityDefinition;
  field: FieldDefinition;
  record: RecordData;
  other: RecordData;
  survivor: Survivor;
  onChoose: (side: Survivor) => void;
}

function MergeField({ entity, field, record, other, survivor, onChoose }: MergeFieldProps) {
  const text = useText();
  const sides: [Survivor, RecordData][] = [
    ["this", record],
    ["other", other],
  ];
  return (
    <fieldset className="mt-2.5">
      <legend className="mb-1 text-sm text-text-2">{fieldLabel(text, entity, field.name)}</legend>
      <div className="grid grid-cols-2 gap-2">
        {sides.map(([side, from]) => (
          <label
            key={side}
            className="flex min-w-0 cursor-pointer items-start gap-2.5 rounded-control border border-line px-3 py-2 text-body has-checked:border-accent-line has-checked:bg-selected"
          >
            <input
              type="radio"
              className="tick mt-0.5"
              name={`merge-${field.name}`}
              checked={survivor === side}
              onChange={() => onChoose(side)}
            />
            <span className="min-w-0 break-words">
              <FieldValue entity={entity} field={field} record={from} plain />
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
