import { Button, buttonClasses, Card, Status } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { Download, FolderDown } from "lucide-react";
import { copyFile, type PrivacyRequest, requestsQuery, useAskCopy } from "../../../shared/api/privacy";
import { useText } from "../../../shared/i18n/text";
import { errorText } from "../../../shared/ui/states";
import { say, sayError } from "../../../shared/ui/toast";
import { requestTones } from "./request_tones";

export function CopyCard() {
  const text = useText();
  const { t } = text;
  const ask = useAskCopy();
  const copies = (useQuery(requestsQuery).data?.data ?? []).filter((one) => one.kind === "export");
  return (
    <Card icon={<FolderDown size={16} aria-hidden="true" />} title={t("privacy.copy")}>
      <div className="flex flex-wrap items-center gap-3">
        <p className="min-w-0 flex-1 basis-60 text-body text-text-2 leading-read">{t("privacy.copy_help")}</p>
        <Button
          busy={ask.isPending}
          onClick={() =>
            ask.mutate(undefined, {
              onSuccess: () => say(t("privacy.copy_asked")),
              onError: (error) => sayError(errorText(text, error)),
            })
          }
        >
          {t("privacy.copy_ask")}
        </Button>
      </div>
      {copies.length > 0 && (
        <ul aria-label={t("privacy.copy")} className="mt-2">
          {copies.map((copy) => (
            <CopyRow key={copy.id} copy={copy} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function CopyRow({ copy }: { copy: PrivacyRequest }) {
  const { t, format } = useText();
  return (
    <li className="flex min-h-11 flex-wrap items-center gap-3 border-line-soft border-t py-2 text-body first:border-t-0">
      <span className="min-w-0 flex-1">{format.dateTime(copy.asked_at)}</span>
      <Status tone={requestTones[copy.state]}>{t(`privacy.copy_state.${copy.state}`)}</Status>
      {copy.state === "done" && (
        <a className={buttonClasses()} href={copyFile(copy.id)} download="opsflux-my-data.zip">
          <Download size={16} aria-hidden="true" />
          {t("privacy.copy_take")}
        </a>
      )}
    </li>
  );
}
