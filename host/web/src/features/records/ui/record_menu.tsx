import type { EntityDefinition, RecordData } from "@opsflux/ui";
import {
  Copy,
  Ellipsis,
  EllipsisVertical,
  Link2,
  Merge,
  Pencil,
  RotateCcw,
  ShieldQuestion,
  Trash2,
  UserPlus,
} from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useNavigate } from "react-router";
import { ApiError } from "../../../shared/api/api_error";
import { recordPath } from "../../../shared/api/app";
import { titleOf } from "../../../shared/api/title";
import { useText } from "../../../shared/i18n/text";
import { IconButton, Menu, MenuItem } from "../../../shared/ui/overlay";
import { errorText } from "../../../shared/ui/states";
import { say, sayError } from "../../../shared/ui/toast";
import { copyTitle, useDuplicate } from "../api/duplicate";
import { useRemove, useRestore } from "../api/remove";

/** Read when somebody first wants them. */
const ShareDialog = lazy(() => import("./share_dialog").then((module) => ({ default: module.ShareDialog })));
const MergeDialog = lazy(() => import("./merge_dialog").then((module) => ({ default: module.MergeDialog })));
const WhyDialog = lazy(() => import("./why_dialog").then((module) => ({ default: module.WhyDialog })));
const PurgeDialog = lazy(() => import("./purge_dialog").then((module) => ({ default: module.PurgeDialog })));

export interface RecordMenuProps {
  entity: EntityDefinition;
  record: RecordData;
  /** On the record's own page: a button with an edge, and the list after the removal. */
  onRemoved?: () => void;
  edged?: boolean;
}

type Opened = "share" | "merge" | "purge" | "why";

export function RecordMenu(props: RecordMenuProps) {
  const { entity, record, onRemoved, edged } = props;
  const { t } = useText();
  const [opened, setOpened] = useState<Opened>();
  const Dots = edged ? Ellipsis : EllipsisVertical;
  const close = () => setOpened(undefined);
  const gone = () => {
    close();
    onRemoved?.();
  };
  return (
    <>
      <Menu
        trigger={
          <IconButton edged={edged} label={t("record.more", { name: titleOf(entity, record) })}>
            <Dots size={edged ? 16 : 20} aria-hidden="true" />
          </IconButton>
        }
      >
        {record.deleted_at ? (
          <DeletedItems {...props} onOpen={setOpened} />
        ) : (
          <LivingItems {...props} onOpen={setOpened} />
        )}
      </Menu>
      <Suspense fallback={null}>
        {opened === "share" && <ShareDialog entity={entity} record={record} onClose={close} />}
        {opened === "merge" && <MergeDialog entity={entity} record={record} onClose={close} />}
        {opened === "why" && <WhyDialog entity={entity} record={record} onClose={close} />}
        {opened === "purge" && (
          <PurgeDialog
            entity={entity}
            ids={[record.id]}
            name={titleOf(entity, record)}
            onClose={close}
            onDone={gone}
          />
        )}
      </Suspense>
    </>
  );
}

interface ItemsProps extends RecordMenuProps {
  onOpen: (what: Opened) => void;
}

const icon = { size: 16, "aria-hidden": true } as const;

function DeletedItems({ entity, record, onOpen }: ItemsProps) {
  const { t } = useText();
  const restore = useRestore(entity);
  return (
    <>
      <MenuItem icon={<RotateCcw {...icon} />} onSelect={() => restore([record.id])}>
        {t("action.restore")}
      </MenuItem>
      {entity.rights.includes("delete") && (
        <MenuItem danger icon={<Trash2 {...icon} />} onSelect={() => onOpen("purge")}>
          {t("record.purge")}
        </MenuItem>
      )}
    </>
  );
}

/** Makes the copy and goes on with it; a refusal that names fields is told in full. */
function useCopy({ entity, record }: RecordMenuProps): () => void {
  const text = useText();
  const navigate = useNavigate();
  const { mutateAsync } = useDuplicate(entity, record);
  return () =>
    void mutateAsync(copyTitle(entity, record, (name) => text.t("record.copy_of", { name }))).then(
      (made) => {
        say(text.t("record.duplicated"));
        void navigate(`${recordPath(entity, made.id)}/edit`);
      },
      (error: unknown) => {
        const fields = error instanceof ApiError ? error.fields.map(({ detail }) => detail) : [];
        sayError(fields.length > 0 ? fields.join(" ") : errorText(text, error));
      },
    );
}

function LivingItems(props: ItemsProps) {
  const { entity, record, onRemoved, edged, onOpen } = props;
  const { t } = useText();
  const navigate = useNavigate();
  const remove = useRemove(entity);
  const duplicate = useCopy(props);
  const path = recordPath(entity, record.id);
  const may = (right: EntityDefinition["rights"][number]) => entity.rights.includes(right);
  const copyLink = () =>
    void navigator.clipboard
      .writeText(window.location.origin + path)
      .then(() => say(t("record.link_copied")));
  return (
    <>
      {!edged && may("edit") && (
        <MenuItem icon={<Pencil {...icon} />} onSelect={() => void navigate(`${path}/edit`)} shortcut="E">
          {t("action.edit")}
        </MenuItem>
      )}
      <MenuItem icon={<Link2 {...icon} />} onSelect={copyLink}>
        {t("record.copy_link")}
      </MenuItem>
      {edged && may("edit") && (
        <MenuItem icon={<UserPlus {...icon} />} onSelect={() => onOpen("share")}>
          {t("record.share")}
        </MenuItem>
      )}
      {may("create") && (
        <MenuItem icon={<Copy {...icon} />} onSelect={duplicate}>
          {t("record.duplicate")}
        </MenuItem>
      )}
      {edged && may("edit") && may("delete") && (
        <MenuItem icon={<Merge {...icon} />} onSelect={() => onOpen("merge")}>
          {t("record.merge")}
        </MenuItem>
      )}
      {edged && (
        <MenuItem icon={<ShieldQuestion {...icon} />} onSelect={() => onOpen("why")}>
          {t("why.title")}
        </MenuItem>
      )}
      {may("delete") && (
        <MenuItem danger icon={<Trash2 {...icon} />} onSelect={() => remove([record.id], onRemoved)}>
          {t("action.delete")}
        </MenuItem>
      )}
    </>
  );
}
