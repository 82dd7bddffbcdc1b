import { Button, Gauge } from "@opsflux/ui";
import type { ReactNode } from "react";
import type { Sending } from "../api/one_upload";
import { useText } from "../i18n/text";

export interface SendingFileProps {
  sending: Sending;
  icon: ReactNode;
  /** What the server does once it has the file. */
  then: string;
}

/** How far a file is, and the way to stop it. */
export function SendingFile({ sending, icon, then }: SendingFileProps) {
  const { t, format } = useText();
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 text-left text-body">
      <span className="text-accent-text">{icon}</span>
      <div className="min-w-0 flex-1 basis-48">
        <p className="truncate">
          <strong>{sending.name}</strong> <span className="text-text-3">{format.bytes(sending.size)}</span>
        </p>
        <p role="status" className="text-sm text-text-2">
          {sending.share >= 1 ? then : t("files.under_way")}
        </p>
      </div>
      <Gauge value={sending.share} max={1} notches={20} className="touch:hidden" />
      <span className="w-12 text-right font-strong">
        {format.percent(Math.round(sending.share * 100) / 100)}
      </span>
      <Button onClick={sending.stop}>{t("files.stop_upload")}</Button>
    </div>
  );
}
