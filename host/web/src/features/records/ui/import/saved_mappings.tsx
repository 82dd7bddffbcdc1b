import { Button, type EntityDefinition } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { BookmarkPlus, Ellipsis, Pencil, RefreshCw, Trash2 } from "lucide-react";
import { useId, useState } from "react";
import type { ImportPlan } from "../../../../shared/api/imports";
import { useText } from "../../../../shared/i18n/text";
import { IconButton, Menu, MenuItem } from "../../../../shared/ui/overlay";
import { errorText } from "../../../../shared/ui/states";
import { say, sayError } from "../../../../shared/ui/toast";
import { mappingsQuery, type SavedMapping, useSaveMapping } from "../../api/import_mappings";
import { DeleteMappingDialog, NameMappingDialog } from "./mapping_dialogs";

export interface SavedMappingsProps {
  entity: EntityDefinition;
  /** The one that was chosen for this file. */
  chosen: SavedMapping | undefined;
  /** What is to be saved; nothing while no column goes anywhere. */
  plan: ImportPlan | undefined;
  /** Puts the mapping on the file. */
  onTake: (mapping: SavedMapping) => void;
  /** Names the mapping that the present choice belongs to. */
  onChosen: (mapping: SavedMapping | undefined) => void;
}

/** Chooses among the saved mappings, and saves the present choice as one. */
export function SavedMappings({ entity, chosen, plan, onTake, onChosen }: SavedMappingsProps) {
  const { t } = useText();
  const [saving, setSaving] = useState(false);
  return (
    <div className="flex flex-wrap items-end gap-2 border-line-soft border-b px-4 py-2.5">
      <MappingSelect entity={entity} chosen={chosen} onTake={onTake} onChosen={onChosen} />
      <Button
        icon={<BookmarkPlus size={16} aria-hidden="true" />}
        disabled={!plan}
        onClick={() => setSaving(true)}
      >
        {t("import.mappings.save")}
      </Button>
      {chosen?.may_change && <MappingMenu entity={entity} chosen={chosen} plan={plan} onChosen={onChosen} />}
      {saving && (
        <NameMappingDialog
          entity={entity}
          title={t("import.mappings.save_title")}
          body={{ plan }}
          onSaved={onChosen}
          onClose={() => setSaving(false)}
        />
      )}
    </div>
  );
}

function MappingSelect({ entity, chosen, onTake, onChosen }: Omit<SavedMappingsProps, "plan">) {
  const { t } = useText();
  const id = useId();
  const all = useQuery(mappingsQuery(entity.name)).data ?? [];
  const groups = [
    { label: t("import.mappings.own"), some: all.filter(({ own }) => own) },
    { label: t("import.mappings.others"), some: all.filter(({ own }) => !own) },
  ].filter(({ some }) => some.length > 0);
  const choose = (wanted: string) => {
    const mapping = all.find((one) => one.id === wanted);
    if (mapping) onTake(mapping);
    else onChosen(undefined);
  };
  return (
    <div className="grid min-w-0 flex-1 basis-60 gap-1">
      <label htmlFor={id} className="text-text-3 text-xs">
        {t("import.mappings")}
      </label>
      <select
        id={id}
        className={all.length > 0 ? "control choice" : "control choice text-text-3!"}
        disabled={all.length === 0}
        value={chosen?.id ?? ""}
        onChange={(event) => choose(event.target.value)}
      >
        <option value="">{t(all.length > 0 ? "import.mappings.choose" : "import.mappings.none")}</option>
        {groups.map(({ label, some }) => (
          <optgroup key={label} label={label}>
            {some.map(({ id: value, name, own, owner }) => (
              <option key={value} value={value}>
                {own || !owner ? name : t("import.mappings.of", { name, owner })}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </div>
  );
}

interface MappingMenuProps extends Pick<SavedMappingsProps, "entity" | "plan" | "onChosen"> {
  chosen: SavedMapping;
}

/** What may be done with the chosen mapping by who may change it. */
function MappingMenu({ entity, chosen, plan, onChosen }: MappingMenuProps) {
  const text = useText();
  const { t } = text;
  const [asked, setAsked] = useState<"name" | "delete">();
  const save = useSaveMapping(entity.name);
  const { id, name, shared } = chosen;
  const renew = () =>
    save.mutate(
      { id, body: { plan } },
      {
        onSuccess: (mapping) => {
          onChosen(mapping);
          say(t("import.mappings.saved", { name }));
        },
        onError: (error) => sayError(errorText(text, error)),
      },
    );
  const close = () => setAsked(undefined);
  return (
    <>
      <Menu
        trigger={
          <IconButton edged label={t("import.mappings.more", { name })}>
            <Ellipsis size={16} aria-hidden="true" />
          </IconButton>
        }
      >
        <MenuItem icon={<RefreshCw size={16} aria-hidden="true" />} disabled={!plan} onSelect={renew}>
          {t("import.mappings.renew")}
        </MenuItem>
        <MenuItem icon={<Pencil size={16} aria-hidden="true" />} onSelect={() => setAsked("name")}>
          {t("import.mappings.rename")}
        </MenuItem>
        <MenuItem danger icon={<Trash2 size={16} aria-hidden="true" />} onSelect={() => setAsked("delete")}>
          {t("action.delete")}
        </MenuItem>
      </Menu>
      {asked === "name" && (
        <NameMappingDialog
          entity={entity}
          title={t("import.mappings.rename_title")}
          id={id}
          body={{ name, shared }}
          onSaved={onChosen}
          onClose={close}
        />
      )}
      {asked === "delete" && (
        <DeleteMappingDialog
          entity={entity}
          mapping={chosen}
          onDeleted={() => onChosen(undefined)}
          onClose={close}
        />
      )}
    </>
  );
}
