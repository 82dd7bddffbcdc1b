import { Button, type EntityDefinition, type RecordData } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useApp, useEntity } from "../../../shared/api/app";
import { maySeeRoles, whoMayQuery } from "../../../shared/api/rights";
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

const actions = ["view", "edit", "delete", "export"] as const;
type Action = (typeof actions)[number];

/** Why one may do something with this record or not; for those who see roles, anybody may be asked about. */
export function WhyDialog({ entity, record, onClose }: WhyDialogProps) {
  const { t } = useText();
  const { user } = useApp();
  const people = useEntity("identity.user");
  const seesRoles = maySeeRoles(user);
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
          {people && seesRoles && (
            <Field label={t("why.person")}>
              {(ids) => (
                <ReferenceCombobox
                  ids={ids}
                  entity={entity}
                  field={{ name: "person", type: "reference", to: people.name }}
                  target={people}
                  value={person}
                  label={person === user.id ? user.name : undefined}
                  onChange={(value) => setPerson(typeof value === "string" ? value : "")}
                />
              )}
            </Field>
          )}
        </div>
        {seesRoles && <WhoMay permission={`${entity.name}.${action}`} record={record.id} onAsk={setPerson} />}
        {person && <Why person={person} permission={`${entity.name}.${action}`} record={record.id} />}
      </div>
    </Dialog>
  );
}

const shownPeople = 12;

interface WhoMayProps {
  permission: string;
  record: string;
  onAsk: (person: string) => void;
}

/** Everybody who may; each leads to why. */
function WhoMay({ permission, record, onAsk }: WhoMayProps) {
  const { t, n } = useText();
  const { data } = useQuery(whoMayQuery(permission, record));
  if (!data) return null;
  const more = data.meta.total - Math.min(shownPeople, data.data.length);
  return (
    <section aria-label={t("why.people")}>
      <h3 className="text-text-2 text-xs">{t("why.people")}</h3>
      {data.data.length === 0 && <p className="text-body">{t("why.nobody")}</p>}
      <ul className="mt-1 flex flex-wrap gap-x-1 gap-y-1 text-body">
        {data.data.slice(0, shownPeople).map((one) => (
          <li key={one.id}>
            <Button kind="quiet" onClick={() => onAsk(one.id)}>
              {one.name}
            </Button>
          </li>
        ))}
        {more > 0 && <li className="self-center text-text-3">{n("why.more_people", more)}</li>}
      </ul>
    </section>
  );
}
