import { Button, type RecordWidgetProps } from "@opsflux/ui";
import { useMutation } from "@tanstack/react-query";
import { Send } from "lucide-react";
import { request } from "../../../shared/api/request";
import { useText } from "../../../shared/i18n/text";
import { errorText } from "../../../shared/ui/states";
import { say, sayError } from "../../../shared/ui/toast";

/** A button on the page of an invitation by mail that nobody has accepted yet. */
export function SendAgainAction({ record }: RecordWidgetProps) {
  const text = useText();
  const { t } = text;
  const send = useMutation({
    mutationFn: () =>
      request(`/api/v1/identity/invitations/${encodeURIComponent(record.id)}/send`, { method: "POST" }),
    onSuccess: () => say(t("invite.sent_again")),
    onError: (error) => sayError(errorText(text, error)),
  });
  if (record.status !== "open" || !record.email) return null;
  return (
    <Button icon={<Send size={16} aria-hidden="true" />} busy={send.isPending} onClick={() => send.mutate()}>
      {t("invite.send_again")}
    </Button>
  );
}
