import { Button, Card, Status } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { ClipboardList, UserX } from "lucide-react";
import { useState } from "react";
import { type Erasure, erasuresQuery, useUndoErasure } from "../../../shared/api/privacy";
import { useText } from "../../../shared/i18n/text";
import { errorText } from "../../../shared/ui/states";
import { say, sayError } from "../../../shared/ui/toast";
import { ErasureReportDialog } from "./erasure_report";
import { KeptList } from "./kept_list";
import { requestTones } from "./request_tones";

export function ErasuresCard() {
  const { t } = useText();
  const erasures = useQuery(erasuresQuery).data;
  return (
    <Card icon={<UserX size={16} aria-hidden="true" />} title={t("privacy.erasures")}>
      <div className="grid gap-3">
        {erasures?.data.length === 0 && <p className="text-body text-text-2">{t("privacy.erasures_none")}</p>}
        {erasures && erasures.data.length > 0 && (
          <ul aria-label={t("privacy.erasures")}>
            {erasures.data.map((erasure) => (
              <ErasureRow key={erasure.id} erasure={erasure} />
            ))}
          </ul>
        )}
        <KeptList kept={erasures?.meta.kept ?? []} />
      </div>
    </Card>
  );
}

function ErasureRow({ erasure }: { erasure: Erasure }) {
  const text = useText();
  const { t, format } = text;
  const undo = useUndoErasure();
  const [reading, setReading] = useState(false);
  const name = erasure.name ?? erasure.user;
  const report = erasure.state === "done" ? erasure.report : null;
  const waits = erasure.state === "waiting";
  return (
    <li className="flex min-h-11 flex-wrap items-center gap-3 border-line-soft border-t py-2 text-body first:border-t-0">
      <span className="min-w-0 flex-1 basis-48">
        <span className="block font-medium break-words">{name}</span>
        <span className="text-text-3 text-xs">
          {t("privacy.asked_by", { name: erasure.asked_by_name ?? "", date: format.date(erasure.asked_at) })}
          {waits && erasure.due_at && ` · ${t("privacy.due", { date: format.date(erasure.due_at) })}`}
        </span>
      </span>
      <Status tone={requestTones[erasure.state]}>{t(`privacy.erasure_state.${erasure.state}`)}</Status>
      {report && (
        <Button
          icon={<ClipboardList size={16} aria-hidden="true" />}
          aria-label={t("privacy.report_of", { name })}
          onClick={() => setReading(true)}
        >
          {t("privacy.report_open")}
        </Button>
      )}
      {report && reading && (
        <ErasureReportDialog erasure={erasure} report={report} onClose={() => setReading(false)} />
      )}
      {waits && (
        <Button
          busy={undo.isPending}
          aria-label={t("privacy.undo_of", { name })}
          onClick={() =>
            undo.mutate(erasure.id, {
              onSuccess: () => say(t("privacy.undone", { name })),
              onError: (error) => sayError(errorText(text, error)),
            })
          }
        >
          {t("privacy.undo")}
        </Button>
      )}
    </li>
  );
}
