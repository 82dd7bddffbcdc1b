import { Button, Card } from "@opsflux/ui";
import { useMutation, useQuery } from "@tanstack/react-query";
import { UserX } from "lucide-react";
import { useState } from "react";
import { useApp } from "../../../shared/api/app";
import { askOwnErasure, requestsQuery } from "../../../shared/api/privacy";
import { loseSession } from "../../../shared/api/request";
import { useText } from "../../../shared/i18n/text";
import { FormAlert } from "../../../shared/ui/form_alert";
import { Dialog } from "../../../shared/ui/overlay";
import { RetypeField } from "../../../shared/ui/retype_field";
import { errorText } from "../../../shared/ui/states";
import { KeptList } from "./kept_list";

export function OwnErasureCard() {
  const { t } = useText();
  const [open, setOpen] = useState(false);
  const kept = useQuery(requestsQuery).data?.meta.kept ?? [];
  return (
    <Card icon={<UserX size={16} aria-hidden="true" />} title={t("privacy.erasure")}>
      <div className="grid gap-3">
        <p className="text-body text-text-2 leading-read">{t("privacy.erasure_help")}</p>
        <KeptList kept={kept} />
        <div className="flex justify-end">
          <Button kind="danger" onClick={() => setOpen(true)}>
            {t("privacy.erasure_ask")}
          </Button>
        </div>
      </div>
      {open && <OwnErasureDialog onClose={() => setOpen(false)} />}
    </Card>
  );
}

function OwnErasureDialog({ onClose }: { onClose: () => void }) {
  const text = useText();
  const { t } = text;
  const { user } = useApp();
  const [typed, setTyped] = useState("");
  const erase = useMutation({ mutationFn: () => askOwnErasure(typed), onSuccess: loseSession });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("privacy.erasure_ask")}
      description={t("privacy.erasure_confirm")}
      foot={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button
            kind="danger"
            busy={erase.isPending}
            disabled={typed.toLowerCase() !== user.email.toLowerCase()}
            onClick={() => erase.mutate()}
          >
            {t("privacy.erasure_do")}
          </Button>
        </>
      }
    >
      <div className="grid gap-3">
        {erase.error && <FormAlert>{errorText(text, erase.error)}</FormAlert>}
        <RetypeField label={t("privacy.retype", { email: user.email })} value={typed} onChange={setTyped} />
      </div>
    </Dialog>
  );
}
