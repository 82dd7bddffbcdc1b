import { Button, type RecordWidgetProps } from "@opsflux/ui";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Ban } from "lucide-react";
import { request } from "../../../shared/api/request";
import { useText } from "../../../shared/i18n/text";
import { errorText } from "../../../shared/ui/states";
import { say, sayError } from "../../../shared/ui/toast";

/** Ends an invitation, whose record stays to tell of it. */
export function RevokeAction({ record }: RecordWidgetProps) {
  const text = useText();
  const { t } = text;
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () =>
      request(`/api/v1/identity/invitations/${encodeURIComponent(record.id)}/revoke`, { method: "POST" }),
    onSuccess: async () => {
      say(t("invite.revoked"));
      await client.invalidateQueries();
    },
    onError: (error) => sayError(errorText(text, error)),
  });
  if (record.status !== "open") return null;
  return (
    <Button
      icon={<Ban size={16} aria-hidden="true" />}
      busy={revoke.isPending}
      onClick={() => revoke.mutate()}
    >
      {t("invite.revoke")}
    </Button>
  );
}
