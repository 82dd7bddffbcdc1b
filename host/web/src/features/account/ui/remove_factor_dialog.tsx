import { Button } from "@opsflux/ui";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId } from "react";
import { removeFactor } from "../../../shared/api/factors";
import { useText } from "../../../shared/i18n/text";
import { Dialog } from "../../../shared/ui/overlay";
import { say } from "../../../shared/ui/toast";
import { OwnPasswordForm } from "./own_password_form";

export interface RemoveFactorDialogProps {
  id: string;
  name: string;
  onClose: () => void;
}

export function RemoveFactorDialog({ id, name, onClose }: RemoveFactorDialogProps) {
  const { t } = useText();
  const formId = useId();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: (password: string) => removeFactor(id, password),
    onSuccess: () => {
      say(t("factor.removed", { name }));
      void client.invalidateQueries({ queryKey: ["auth"] });
      onClose();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("factor.remove_of", { name })}
      description={t("factor.remove_help")}
      foot={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="danger" type="submit" form={formId} busy={remove.isPending}>
            {t("factor.remove")}
          </Button>
        </>
      }
    >
      <OwnPasswordForm id={formId} error={remove.error} onSubmit={(password) => remove.mutate(password)} />
    </Dialog>
  );
}
