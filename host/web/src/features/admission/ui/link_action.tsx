import { Button, type RecordWidgetProps } from "@opsflux/ui";
import { useMutation } from "@tanstack/react-query";
import { Link2 } from "lucide-react";
import { request } from "../../../shared/api/request";
import { useText } from "../../../shared/i18n/text";
import { Field } from "../../../shared/ui/field";
import { Dialog } from "../../../shared/ui/overlay";
import { errorText } from "../../../shared/ui/states";
import { say, sayError } from "../../../shared/ui/toast";

/** The link of an open invitation, to be handed over by whoever invites. */
export function LinkAction({ record }: RecordWidgetProps) {
  const text = useText();
  const { t } = text;
  const make = useMutation({
    mutationFn: () =>
      request<{ path: string }>(`/api/v1/identity/invitations/${encodeURIComponent(record.id)}/link`, {
        method: "POST",
      }),
    onError: (error) => sayError(errorText(text, error)),
  });
  if (record.status !== "open") return null;
  return (
    <>
      <Button
        icon={<Link2 size={16} aria-hidden="true" />}
        busy={make.isPending}
        onClick={() => make.mutate()}
      >
        {t("invite.link_of")}
      </Button>
      {make.data && <LinkDialog link={location.origin + make.data.path} onClose={() => make.reset()} />}
    </>
  );
}

function LinkDialog({ link, onClose }: { link: string; onClose: () => void }) {
  const { t } = useText();
  const copy = async () => {
    await navigator.clipboard.writeText(link);
    say(t("invite.link_copied"));
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("invite.link_of")}
      description={t("invite.link_help")}
      foot={
        <Button kind="primary" onClick={() => void copy()}>
          {t("invite.link")}
        </Button>
      }
    >
      <Field label={t("invite.link_of")}>
        {(ids) => (
          <input
            {...ids}
            data-scroll="sideways"
            className="control font-mono text-sm"
            readOnly
            value={link}
            onFocus={(event) => event.target.select()}
          />
        )}
      </Field>
    </Dialog>
  );
}
