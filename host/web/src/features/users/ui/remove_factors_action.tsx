import { Button, type RecordWidgetProps } from "@opsflux/ui";
import { useMutation } from "@tanstack/react-query";
import { ShieldOff } from "lucide-react";
import { useState } from "react";
import { isAdministrator, useApp } from "../../../shared/api/app";
import { useText } from "../../../shared/i18n/text";
import { FormAlert } from "../../../shared/ui/form_alert";
import { Dialog } from "../../../shared/ui/overlay";
import { errorText } from "../../../shared/ui/states";
import { say } from "../../../shared/ui/toast";
import { removeFactors } from "../api/password";

/** For somebody else; one's own are on the page of the account. */
export function RemoveFactorsAction({ record }: RecordWidgetProps) {
  const { t } = useText();
  const { user } = useApp();
  const [open, setOpen] = useState(false);
  if (!isAdministrator(user) || user.id === record.id) return null;
  return (
    <>
      <Button icon={<ShieldOff size={16} aria-hidden="true" />} onClick={() => setOpen(true)}>
        {t("user.remove_factors")}
      </Button>
      {open && <RemoveDialog id={record.id} name={String(record.name)} onClose={() => setOpen(false)} />}
    </>
  );
}

function RemoveDialog({ id, name, onClose }: { id: string; name: string; onClose: () => void }) {
  const text = useText();
  const { t } = text;
  const remove = useMutation({
    mutationFn: () => removeFactors(id),
    onSuccess: () => {
      say(t("user.factors_removed", { name }));
      onClose();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("user.remove_factors_of", { name })}
      description={t("user.remove_factors_help")}
      foot={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
            {t("user.remove_factors")}
          </Button>
        </>
      }
    >
      {remove.error && <FormAlert>{errorText(text, remove.error)}</FormAlert>}
    </Dialog>
  );
}
