import { Button, type EntityDefinition, type RecordData } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { UserMinus, Users } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useEntity } from "../../../shared/api/app";
import { titleOf } from "../../../shared/api/title";
import { useText } from "../../../shared/i18n/text";
import { Avatar } from "../../../shared/ui/avatar";
import { Field } from "../../../shared/ui/field";
import { FormAlert } from "../../../shared/ui/form_alert";
import { Dialog, IconButton } from "../../../shared/ui/overlay";
import { errorText, Failure } from "../../../shared/ui/states";
import { aroundQuery, type Share, useChangeAround } from "../api/around";
import { ReferenceCombobox } from "./reference_editor";

export interface ShareDialogProps {
  entity: EntityDefinition;
  record: RecordData;
  onClose: () => void;
}

type Change = ReturnType<typeof useChangeAround>;

/** With whom the record is shared, and what they may do with it. */
export function ShareDialog({ entity, record, onClose }: ShareDialogProps) {
  const text = useText();
  const { t } = text;
  const query = useQuery(aroundQuery(entity, record.id));
  const change = useChangeAround(entity, record.id);
  const shares = query.data?.shares;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("share.title", { name: titleOf(entity, record) })}
      description={t("share.help")}
      foot={<Button onClick={onClose}>{t("action.close")}</Button>}
    >
      <div className="grid min-h-64 content-start gap-4 py-1">
        {change.error && <FormAlert>{errorText(text, change.error)}</FormAlert>}
        <AddShare entity={entity} change={change} />
        {query.error && !shares && (
          <Failure error={query.error} className="px-0! py-0!" onRetry={() => void query.refetch()} />
        )}
        {shares && (
          <section aria-label={t("share.with")}>
            <h3 className="mb-1 text-text-3 text-xs">{t("share.with")}</h3>
            {shares.length === 0 && <p className="text-body text-text-2">{t("share.nobody")}</p>}
            <ul>
              {shares.map((share) => (
                <ShareRow key={share.grantee} share={share} change={change} />
              ))}
            </ul>
          </section>
        )}
      </div>
    </Dialog>
  );
}

function AddShare({ entity, change }: { entity: EntityDefinition; change: Change }) {
  const { t } = useText();
  const kinds = { user: useEntity("identity.user"), group: useEntity("identity.group") };
  const [chosen, setChosen] = useState<"user" | "group">();
  const [grantee, setGrantee] = useState<unknown>(null);
  const [editable, setEditable] = useState(false);
  const kind = chosen ?? (kinds.user ? "user" : "group");
  const target = kinds[kind];
  if (!target) return <p className="text-body text-text-2">{t("share.no_people")}</p>;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(
      { method: "POST", path: "shares", body: { [kind]: grantee, editable } },
      { onSuccess: () => setGrantee(null) },
    );
  };
  return (
    <form onSubmit={submit} className="grid grid-cols-[minmax(0,1fr)_auto] items-end gap-2 touch:grid-cols-1">
      {kinds.user && kinds.group && (
        <fieldset className="col-span-full flex flex-wrap items-center gap-x-4 gap-y-1">
          <legend className="sr-only">{t("share.whom")}</legend>
          {(["user", "group"] as const).map((one) => (
            <label key={one} className="flex items-center gap-2 text-body touch:min-h-11">
              <input
                type="radio"
                className="tick"
                name="share-kind"
                checked={kind === one}
                onChange={() => {
                  setChosen(one);
                  setGrantee(null);
                }}
              />
              {t(one === "user" ? "share.person" : "share.group")}
            </label>
          ))}
        </fieldset>
      )}
      <Field label={t(kind === "user" ? "share.person" : "share.group")} className="touch:w-full">
        {(ids) => (
          <ReferenceCombobox
            key={kind}
            ids={ids}
            entity={entity}
            field={{ name: kind, type: kind, to: target.name }}
            target={target}
            value={grantee}
            onChange={setGrantee}
          />
        )}
      </Field>
      <RightSelect label={t("share.right")} editable={editable} onChange={setEditable} visible />
      <div className="col-span-full">
        <Button kind="primary" type="submit" disabled={!grantee} busy={change.isPending}>
          {t("share.add")}
        </Button>
      </div>
    </form>
  );
}

interface RightSelectProps {
  label: string;
  editable: boolean;
  onChange: (editable: boolean) => void;
  /** The label stands above. */
  visible?: boolean;
}

function RightSelect({ label, editable, onChange, visible }: RightSelectProps) {
  const { t } = useText();
  const select = (more: object) => (
    <select
      {...more}
      className="control choice w-52! touch:order-last touch:w-full!"
      value={editable ? "edit" : "view"}
      onChange={(event) => onChange(event.target.value === "edit")}
    >
      <option value="view">{t("share.view")}</option>
      <option value="edit">{t("share.edit")}</option>
    </select>
  );
  return visible ? <Field label={label}>{select}</Field> : select({ "aria-label": label });
}

function ShareRow({ share, change }: { share: Share; change: Change }) {
  const { t } = useText();
  const group = share.kind === "group";
  const name = share.name ?? t(group ? "share.group" : "share.unknown");
  const allow = (editable: boolean) =>
    change.mutate({
      method: "POST",
      path: "shares",
      body: { [share.kind]: share.grantee, editable },
      expect: (around) => ({
        ...around,
        shares: around.shares.map((one) => (one.grantee === share.grantee ? { ...one, editable } : one)),
      }),
    });
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 border-line-soft not-last:border-b py-1.5 text-body">
      {group ? <Users size={20} className="text-text-3" aria-hidden="true" /> : <Avatar name={name} person />}
      <span className="min-w-0 flex-1 basis-32 truncate font-medium">{name}</span>
      <RightSelect label={t("share.right_of", { name })} editable={share.editable} onChange={allow} />
      <IconButton
        label={t("share.take_back", { name })}
        onClick={() => change.mutate({ method: "DELETE", path: `shares/${share.grantee}` })}
      >
        <UserMinus size={16} aria-hidden="true" />
      </IconButton>
    </li>
  );
}
