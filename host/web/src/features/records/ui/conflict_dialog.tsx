import { Button, type EntityDefinition, type FieldDefinition, type RecordData } from "@opsflux/ui";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { activityQuery, type Draft, entityKey } from "../../../shared/api/records";
import { entityCounted, entityWord, fieldLabel, findField } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { FieldValue, hasValue, None } from "../../../shared/ui/field_value";
import { Dialog } from "../../../shared/ui/overlay";
import { RecordName } from "../../../shared/ui/record_name";
import { isReference } from "../../../shared/values/structured";
import { actorOf } from "../api/actor";
import { type Conflict, disputed } from "../api/conflict";
import { sameValue } from "../api/draft";
import { partsOf, usePartLists } from "../api/parts";

export interface ConflictDialogProps {
  entity: EntityDefinition;
  conflict: Conflict;
  onClose: () => void;
  /** The user's own values that are to be written over the server's. */
  onResolve: (changes: Draft) => void;
}

type Side = "mine" | "theirs";

/** Somebody else was faster: both values, and a choice for each field. */
export function ConflictDialog({ entity, conflict, onClose, onResolve }: ConflictDialogProps) {
  const text = useText();
  const { t, format } = text;
  const client = useQueryClient();
  const { current, mine } = conflict;
  const names = disputed(conflict);
  const lists = usePartLists(entity);
  const [sides, setSides] = useState<Record<string, Side>>({});
  const side = (name: string): Side => sides[name] ?? "mine";
  useEffect(() => void client.invalidateQueries({ queryKey: entityKey(entity.name) }), [client, entity.name]);
  const last = useQuery(activityQuery(entity, current.id)).data?.find((entry) => entry.action === "updated");
  const who = last && actorOf(text, last).name;
  const resolve = () =>
    onResolve(
      Object.fromEntries(
        Object.entries(mine).filter(
          ([name, value]) =>
            !sameValue(value, current[name]) && (!names.includes(name) || side(name) === "mine"),
        ),
      ),
    );
  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={
        who
          ? t("conflict.title_by", { name: who, ago: format.ago(current.updated_at) })
          : t("conflict.title", { ago: format.ago(current.updated_at) })
      }
      description={t("conflict.text")}
      foot={
        <>
          <Button onClick={onClose}>{t("conflict.back")}</Button>
          <Button kind="primary" onClick={resolve}>
            {t("conflict.save")}
          </Button>
        </>
      }
    >
      <div className="grid gap-4 py-2">
        {names.map((name) => {
          const field = findField(entity, name);
          const list = lists.find((one) => one.name === name);
          if (list)
            return (
              <ConflictChoice
                key={name}
                label={entityWord(text, list.entity, "many")}
                name={name}
                side={side(name)}
                onSide={(next) => setSides({ ...sides, [name]: next })}
              >
                {(which) =>
                  entityCounted(text, list.entity, partsOf(list, which === "mine" ? mine : current).length)
                }
              </ConflictChoice>
            );
          return (
            field && (
              <ConflictField
                key={name}
                {...{ entity, field, current, mine }}
                side={side(name)}
                onSide={(next) => setSides({ ...sides, [name]: next })}
              />
            )
          );
        })}
        {names.length === 0 && <p className="text-body text-text-2">{t("conflict.same")}</p>}
      </div>
    </Dialog>
  );
}

interface ConflictFieldProps {
  entity: EntityDefinition;
  field: FieldDefinition;
  current: RecordData;
  mine: Draft;
  side: Side;
  onSide: (side: Side) => void;
}

function ConflictField({ entity, field, current, mine, side, onSide }: ConflictFieldProps) {
  const text = useText();
  const records = { mine: { ...current, ...mine, _labels: {} }, theirs: current };
  return (
    <ConflictChoice
      label={fieldLabel(text, entity, field.name)}
      name={field.name}
      side={side}
      onSide={onSide}
    >
      {(which) => <SideValue entity={entity} field={field} record={records[which]} />}
    </ConflictChoice>
  );
}

interface ConflictChoiceProps {
  label: string;
  name: string;
  side: Side;
  onSide: (side: Side) => void;
  children: (side: Side) => ReactNode;
}

function ConflictChoice({ label, name, side, onSide, children }: ConflictChoiceProps) {
  const text = useText();
  return (
    <fieldset className="grid gap-1.5">
      <legend className="mb-1.5 font-medium text-sm">{label}</legend>
      <div className="grid grid-cols-2 gap-2 touch:grid-cols-1">
        {(["mine", "theirs"] as const).map((which) => (
          <label
            key={which}
            className="flex min-w-0 cursor-pointer gap-2.5 rounded-control border border-line p-3 text-body has-checked:border-accent-line has-checked:bg-selected"
          >
            <input
              type="radio"
              className="tick mt-0.5"
              name={`conflict-${name}`}
              checked={side === which}
              onChange={() => onSide(which)}
            />
            <span className="min-w-0">
              <span className="block text-text-3 text-xs">{text.t(`conflict.${which}`)}</span>
              <span className="block break-words">{children(which)}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** What was chosen a moment ago has no label from the server yet: its name is read. */
function SideValue({
  entity,
  field,
  record,
}: Pick<ConflictFieldProps, "entity" | "field"> & { record: RecordData }) {
  const value = record[field.name];
  if (!hasValue(value)) return <None />;
  if (isReference(field) && !record._labels?.[field.name])
    return <RecordName to={field.to ?? entity.name} id={String(value)} />;
  return <FieldValue entity={entity} field={field} record={record} plain />;
}
