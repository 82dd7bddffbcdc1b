import { Button } from "@opsflux/ui";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { factorsQuery, replaceBackupCodes } from "../../../shared/api/factors";
import { useText } from "../../../shared/i18n/text";
import { Dialog } from "../../../shared/ui/overlay";
import { CodesDialog } from "./add_factor_dialog";
import { OwnPasswordForm } from "./own_password_form";

export function ReplaceCodesDialog({ onClose }: { onClose: () => void }) {
  const { t } = useText();
  const id = useId();
  const client = useQueryClient();
  const [codes, setCodes] = useState<string[]>();
  const replace = useMutation({
    mutationFn: replaceBackupCodes,
    onSuccess: (answer) => {
      void client.invalidateQueries({ queryKey: factorsQuery.queryKey });
      setCodes(answer.backup_codes);
    },
  });
  if (codes) return <CodesDialog codes={codes} onClose={onClose} />;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("factor.codes_replace")}
      description={t("factor.codes_replace_help")}
      foot={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" form={id} busy={replace.isPending}>
            {t("factor.codes_replace")}
          </Button>
        </>
      }
    >
      <OwnPasswordForm id={id} error={replace.error} onSubmit={(password) => replace.mutate(password)} />
    </Dialog>
  );
}
