import type { EntityDefinition, RecordData } from "@opsflux/ui";
import { Ellipsis, EllipsisVertical, Link2, Pencil, RotateCcw, Trash2 } from "lucide-react";
import { useNavigate } from "react-router";
import { recordPath } from "../../../shared/api/app";
import { titleOf } from "../../../shared/api/title";
import { useText } from "../../../shared/i18n/text";
import { IconButton, Menu, MenuItem } from "../../../shared/ui/overlay";
import { say } from "../../../shared/ui/toast";
import { useRemove, useRestore } from "../api/remove";

export interface RecordMenuProps {
  entity: EntityDefinition;
  record: RecordData;
  /** On the record's own page: a button with an edge, and the list after the removal. */
  onRemoved?: () => void;
  edged?: boolean;
}

export function RecordMenu({ entity, record, onRemoved, edged }: RecordMenuProps) {
  const { t } = useText();
  const navigate = useNavigate();
  const remove = useRemove(entity);
  const restore = useRestore(entity);
  const path = recordPath(entity, record.id);
  const copy = () =>
    void navigator.clipboard
      .writeText(window.location.origin + path)
      .then(() => say(t("record.link_copied")));
  const Dots = edged ? Ellipsis : EllipsisVertical;
  return (
    <Menu
      trigger={
        <IconButton edged={edged} label={t("record.more", { name: titleOf(entity, record) })}>
          <Dots size={edged ? 16 : 20} aria-hidden="true" />
        </IconButton>
      }
    >
      {record.deleted_at ? (
        <MenuItem icon={<RotateCcw size={16} aria-hidden="true" />} onSelect={() => restore([record.id])}>
          {t("action.restore")}
        </MenuItem>
      ) : (
        <>
          {!edged && entity.rights.includes("edit") && (
            <MenuItem
              icon={<Pencil size={16} aria-hidden="true" />}
              onSelect={() => void navigate(`${path}/edit`)}
              shortcut="E"
            >
              {t("action.edit")}
            </MenuItem>
          )}
          <MenuItem icon={<Link2 size={16} aria-hidden="true" />} onSelect={copy}>
            {t("record.copy_link")}
          </MenuItem>
          {entity.rights.includes("delete") && (
            <MenuItem
              danger
              icon={<Trash2 size={16} aria-hidden="true" />}
              onSelect={() => remove([record.id], onRemoved)}
            >
              {t("action.delete")}
            </MenuItem>
          )}
        </>
      )}
    </Menu>
  );
}
