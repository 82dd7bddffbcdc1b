import { Button, Status } from "@opsflux/ui";
import { MonitorSmartphone, Smartphone, SquareTerminal, Tablet } from "lucide-react";
import { type Text, useText } from "../../../shared/i18n/text";
import type { OpenSession } from "../api/sessions";

const icons = { computer: MonitorSmartphone, phone: Smartphone, tablet: Tablet, program: SquareTerminal };

/** "Firefox sur Linux", with what is known of it. */
export function deviceText({ t }: Text, session: OpenSession): string {
  const { browser, system } = session;
  if (browser && system) return t("sessions.device", { browser, system });
  return browser || system || t(`sessions.device.${session.device}`);
}

interface SessionRowProps {
  session: OpenSession;
  busy: boolean;
  onEnd: () => void;
}

export function SessionRow({ session, busy, onEnd }: SessionRowProps) {
  const text = useText();
  const { t, format } = text;
  const Icon = icons[session.device];
  const device = deviceText(text, session);
  const from = [session.place, session.address].filter(Boolean).join(" · ");
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-line-soft border-t px-4 py-3 first:border-t-0">
      <Icon size={20} aria-hidden="true" className="shrink-0 text-text-3" />
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 font-strong text-body">
          <span title={session.user_agent}>{device}</span>
          {session.current && <Status tone="ok">{t("sessions.current")}</Status>}
        </p>
        <p className="text-text-2 text-xs">{from}</p>
        <p className="text-text-3 text-xs">
          {t("sessions.times", {
            used: format.ago(session.last_used_at),
            began: format.dateTime(session.created_at),
            ends: format.dateTime(session.expires_at),
          })}
        </p>
      </div>
      {!session.current && (
        <Button
          busy={busy}
          onClick={onEnd}
          aria-label={t("sessions.end_of", { device, address: session.address })}
        >
          {t("sessions.end")}
        </Button>
      )}
    </li>
  );
}
