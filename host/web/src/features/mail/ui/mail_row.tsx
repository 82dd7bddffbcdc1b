import { Status } from "@opsflux/ui";
import { RotateCcw } from "lucide-react";
import { useText } from "../../../shared/i18n/text";
import { IconButton } from "../../../shared/ui/overlay";
import { errorText } from "../../../shared/ui/states";
import { say, sayError } from "../../../shared/ui/toast";
import { type MailMessage, useRetry } from "../api/mail";

const tones = { waiting: "info", sent: "ok", dead: "danger" } as const;

export function MailRow({ message }: { message: MailMessage }) {
  const { t, n, format } = useText();
  return (
    <li className="flex items-start gap-3 border-line-soft border-t px-4 py-3 first:border-t-0">
      <div className="min-w-0 flex-1">
        <p lang={message.language} className="font-medium text-body break-words">
          {message.subject}
        </p>
        <p className="text-sm text-text-2 break-all">{message.recipient}</p>
        <div className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-xs">
          <Status tone={tones[message.state]}>{t(`mail.state.${message.state}`)}</Status>
          <span className="text-text-3">{format.ago(message.sent_at ?? message.created_at)}</span>
          {message.attempts > 0 && (
            <span className="text-text-3">{n("mail.attempts", message.attempts)}</span>
          )}
          {message.error && <p className="basis-full text-text-2 break-words">{message.error}</p>}
        </div>
      </div>
      {message.state !== "sent" && <Retry message={message} />}
    </li>
  );
}

function Retry({ message }: { message: MailMessage }) {
  const text = useText();
  const retry = useRetry();
  return (
    <IconButton
      label={text.t("mail.retry", { subject: message.subject })}
      disabled={retry.isPending}
      onClick={() =>
        retry.mutate(message.id, {
          onSuccess: () => say(text.t("mail.retried")),
          onError: (error) => sayError(errorText(text, error)),
        })
      }
    >
      <RotateCcw size={15} aria-hidden="true" />
    </IconButton>
  );
}
