import { Button } from "@opsflux/ui";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { type InstalledModule, type Operation, uninstallModule } from "../../../shared/api/modules";
import { useText } from "../../../shared/i18n/text";
import { FormAlert } from "../../../shared/ui/form_alert";
import { Dialog } from "../../../shared/ui/overlay";
import { RetypeField } from "../../../shared/ui/retype_field";
import { errorText } from "../../../shared/ui/states";

export interface UninstallDialogProps {
  module: InstalledModule;
  onClose: () => void;
  onStarted: (operation: Operation) => void;
}

/** Keeping the data can be taken back by installing again; purging cannot, and asks for the module's id. */
export function UninstallDialog({ module, onClose, onStarted }: UninstallDialogProps) {
  const text = useText();
  const { t } = text;
  const [data, setData] = useState<"keep" | "purge">("keep");
  const [typed, setTyped] = useState("");
  const ready = data === "keep" || typed === module.id;
  const uninstall = useMutation({
    mutationFn: () => uninstallModule(module.id, data),
    onSuccess: (operation) => {
      onClose();
      onStarted(operation);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) uninstall.mutate();
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("uninstall.title", { name: module.name })}
      description={t("uninstall.text")}
      foot={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="danger" type="submit" form="uninstall" disabled={!ready} busy={uninstall.isPending}>
            {t(data === "keep" ? "uninstall.keep_action" : "uninstall.purge_action")}
          </Button>
        </>
      }
    >
      <form id="uninstall" onSubmit={submit} className="grid gap-3 py-1">
        {uninstall.error && <FormAlert>{errorText(text, uninstall.error)}</FormAlert>}
        <fieldset className="grid gap-2">
          <legend className="sr-only">{t("uninstall.data")}</legend>
          {(["keep", "purge"] as const).map((choice) => (
            <label
              key={choice}
              className="flex cursor-pointer gap-3 rounded-control border border-line p-3 text-body has-checked:border-accent-line has-checked:bg-selected"
            >
              <input
                type="radio"
                name="data"
                className="tick mt-0.5"
                checked={data === choice}
                onChange={() => setData(choice)}
              />
              <span>
                <span className="block font-medium">{t(`uninstall.${choice}`)}</span>
                <span className="block text-sm text-text-2">{t(`uninstall.${choice}_help`)}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {data === "purge" && (
          <RetypeField label={t("uninstall.retype", { id: module.id })} value={typed} onChange={setTyped} />
        )}
      </form>
    </Dialog>
  );
}
