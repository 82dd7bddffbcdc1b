import { Button, type RecordWidgetProps } from "@opsflux/ui";
import { useMutation } from "@tanstack/react-query";
import { Eye } from "lucide-react";
import { useState } from "react";
import { mayActAs, maySeeAs, useApp } from "../../../shared/api/app";
import { seeAs } from "../../../shared/api/see_as";
import { useText } from "../../../shared/i18n/text";
import { FormAlert } from "../../../shared/ui/form_alert";
import { Dialog } from "../../../shared/ui/overlay";
import { errorText } from "../../../shared/ui/states";

/** Nobody sees as an administrator, nor as himself. */
export function SeeAsAction({ record }: RecordWidgetProps) {
  const { t } = useText();
  const { user, seen_by } = useApp();
  const [open, setOpen] = useState(false);
  if (!maySeeAs(user) || seen_by || user.id === record.id || record.role === "administrator") return null;
  return (
    <>
      <Button icon={<Eye size={16} aria-hidden="true" />} onClick={() => setOpen(true)}>
        {t("see_as.action")}
      </Button>
      {open && <SeeAsDialog id={record.id} name={String(record.name)} onClose={() => setOpen(false)} />}
    </>
  );
}

function SeeAsDialog({ id, name, onClose }: { id: string; name: string; onClose: () => void }) {
  const text = useText();
  const { t } = text;
  const { user } = useApp();
  // Everything that was read belongs to somebody else's view: the application begins anew.
  const begin = useMutation({
    mutationFn: (writes: boolean) => seeAs(id, writes),
    onSuccess: () => window.location.assign("/"),
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("see_as.title", { name })}
      description={t("see_as.help")}
      foot={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          {mayActAs(user) && (
            <Button kind="danger" busy={begin.isPending} onClick={() => begin.mutate(true)}>
              {t("see_as.with_writes")}
            </Button>
          )}
          <Button kind="primary" busy={begin.isPending} onClick={() => begin.mutate(false)}>
            {t("see_as.action")}
          </Button>
        </>
      }
    >
      {begin.error && <FormAlert>{errorText(text, begin.error)}</FormAlert>}
    </Dialog>
  );
}
