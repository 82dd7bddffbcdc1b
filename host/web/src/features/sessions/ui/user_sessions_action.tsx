import { Button, type RecordWidgetProps } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { MonitorSmartphone } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { isAdministrator, mayAudit, useApp } from "../../../shared/api/app";
import { useText } from "../../../shared/i18n/text";
import { Dialog } from "../../../shared/ui/overlay";
import { sessionsQuery } from "../api/sessions";
import { SessionList } from "./session_list";

/** When the person was here, and the way to what he did. */
function Presence({ userId }: { userId: string }) {
  const { t, format } = useText();
  const { user } = useApp();
  const meta = useQuery(sessionsQuery(userId)).data?.meta;
  const time = (value: string | null | undefined) => (value ? format.dateTime(value) : t("sessions.never"));
  return (
    <div className="grid gap-2 text-sm">
      {meta && (
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
          <dt className="text-text-3">{t("sessions.last_login")}</dt>
          <dd>{time(meta.last_login_at)}</dd>
          <dt className="text-text-3">{t("sessions.last_seen")}</dt>
          <dd>{time(meta.last_seen_at)}</dd>
        </dl>
      )}
      {mayAudit(user) && (
        <Link
          className="page-link justify-self-start"
          to={`/system/audit?person=${encodeURIComponent(userId)}`}
        >
          {t("sessions.trail")}
        </Link>
      )}
    </div>
  );
}

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
          <div className="grid gap-3 pb-2">
            <Presence userId={record.id} />
            <SessionList userId={record.id} />
          </div>
        </Dialog>
      )}
    </>
  );
}
