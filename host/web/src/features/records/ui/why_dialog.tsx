import { Button, type EntityDefinition, type RecordData } from "@opsflux/ui";
import { useState } from "react";
import { useApp, useEntity } from "../../../shared/api/app";
import { maySeeRoles } from "../../../shared/api/rights";
import { titleOf } from "../../../shared/api/title";
import { useText } from "../../../shared/i18n/text";
import { Field } from "../../../shared/ui/field";
import { Dialog } from "../../../shared/ui/overlay";
import { Why } from "../../../shared/ui/rights/why";
import { ReferenceCombobox } from "./reference_editor";

export interface WhyDialogProps {
  entity: EntityDefinition;
  record: RecordData;
  onClose: () => void;
}

const actions = ["view", "edit", "delete"] as const;
type Action = (typeof actions)[number];

/** Why one may do something with this record or not; for those who see roles, anybody may be asked about. */
export function WhyDialog({ entity, record, onClose }: WhyDialogProps) {
  const { t } = useText();
  const { user } = useApp();
  const people = useEntity("identity.user");
  const [action, setAction] = useState<Action>("edit");
  const [person, setPerson] = useState<string>(user.id);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("why.title")}
      description={titleOf(entity, record)}
      foot={<Button onClick={onClose}>{t("action.close")}</Button>}
    >
      <div className="grid min-h-72 content-start gap-4 py-1">
        <div className="grid grid-cols-2 gap-3 touch:grid-cols-1">
          <Field label={t("why.action")}>
            {(ids) => (
              <select
                {...ids}
                className="control choice"
                value={action}
                onChange={(event) => setAction(event.target.value as Action)}
              >
                {actions.map((one) => (
                  <option key={one} value={one}>
                    {t(`why.action.${one}`)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          {people && maySeeRoles(user) && (
            <Field label={t("why.person")}>
              {(ids) => (
                <ReferenceCombobox
                  ids={ids}
                  entity={entity}
                  field={{ name: "person", type: "reference", to: people.name }}
                  target={people}
                  value={person}
                  label={user.name}
                  onChange={(value) => setPerson(typeof value === "string" ? value : "")}
                />
              )}
            </Field>
          )}
        </div>
        {person && <Why person={person} permission={`${entity.name}.${action}`} record={record.id} />}
      </div>
    </Dialog>
  );
}
