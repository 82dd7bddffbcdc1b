import { Button, type RecordWidgetProps } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { Mail } from "lucide-react";
import { useState } from "react";
import { useText } from "../../../shared/i18n/text";
import { mayTellQuery } from "../api/group_notice";
import { TellGroupDialog } from "./tell_group_dialog";

/** For those who lead the group, and administrators. */
export function TellGroupAction({ record }: RecordWidgetProps) {
  const { t } = useText();
  const [open, setOpen] = useState(false);
  const may = useQuery(mayTellQuery(record.id)).data;
  if (!may?.may || !may.people || record.deleted_at) return null;
  return (
    <>
      <Button icon={<Mail size={16} aria-hidden="true" />} onClick={() => setOpen(true)}>
        {t("group.tell")}
      </Button>
      {open && (
        <TellGroupDialog
          group={record.id}
          name={String(record.name)}
          people={may.people}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
