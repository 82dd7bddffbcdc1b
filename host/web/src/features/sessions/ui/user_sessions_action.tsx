import { Button, type RecordWidgetProps } from "@opsflux/ui";
import { MonitorSmartphone } from "lucide-react";
import { useState } from "react";
import { isAdministrator, useApp } from "../../../shared/api/app";
import { useText } from "../../../shared/i18n/text";
import { Dialog } from "../../../shared/ui/overlay";
import { SessionList } from "./session_list";

/** A button on the page of a user, and the sessions behind it. */
export function UserSessionsAction({ record }: RecordWidgetProps) {
  const { t } = useText();
  const { user } = useApp();
  const [open, setOpen] = useState(false);
  if (!isAdministrator(user)) return null;
  return (
    <>
      <Button icon={<MonitorSmartphone size={16} aria-hidden="true" />} onClick={() => setOpen(true)}>
        {t("sessions.short")}
      </Button>
      {open && (
        <Dialog
          open
          onOpenChange={() => setOpen(false)}
          title={t("sessions.of", { name: String(record.name) })}
          foot={<Button onClick={() => setOpen(false)}>{t("action.close")}</Button>}
        >
          <div className="pb-2">
            <SessionList userId={record.id} />
          </div>
        </Dialog>
      )}
    </>
  );
}
