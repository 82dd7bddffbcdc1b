import { Button } from "@opsflux/ui";
import { Upload } from "lucide-react";
import { useRef, useState } from "react";
import { ApiError } from "../../../shared/api/api_error";
import { useText } from "../../../shared/i18n/text";
import { FormAlert } from "../../../shared/ui/form_alert";
import { Dialog } from "../../../shared/ui/overlay";
import { errorText } from "../../../shared/ui/states";
import { say } from "../../../shared/ui/toast";
import { type SettingFile, useImportSettings } from "../api/all_settings";

/** Takes settings over from another instance: all of the file, or nothing and the reasons. */
export function ImportSettings() {
  const { t } = useText();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={<Upload size={16} aria-hidden="true" />} onClick={() => setOpen(true)}>
        {t("settings.import")}
      </Button>
      {open && <ImportDialog onClose={() => setOpen(false)} />}
    </>
  );
}

function ImportDialog({ onClose }: { onClose: () => void }) {
  const { t, n } = useText();
  const input = useRef<HTMLInputElement>(null);
  const [unreadable, setUnreadable] = useState(false);
  const send = useImportSettings();
  const take = async (file: File | undefined) => {
    if (!file) return;
    send.reset();
    let content: SettingFile;
    try {
      content = JSON.parse(await file.text()) as SettingFile;
      setUnreadable(false);
    } catch {
      setUnreadable(true);
      return;
    }
    send.mutate(content, {
      onSuccess: ({ count }) => {
        say(n("settings.imported", count));
        onClose();
      },
    });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("settings.import")}
      description={t("settings.import_help")}
      foot={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" busy={send.isPending} onClick={() => input.current?.click()}>
            {t("files.choose")}
          </Button>
        </>
      }
    >
      <input
        ref={input}
        type="file"
        accept=".json"
        className="sr-only"
        tabIndex={-1}
        aria-label={t("files.choose")}
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          void take(file);
        }}
      />
      {unreadable && <FormAlert>{t("settings.not_json")}</FormAlert>}
      {!unreadable && send.error && <Refused error={send.error} />}
    </Dialog>
  );
}

function Refused({ error }: { error: Error }) {
  const text = useText();
  const fields = error instanceof ApiError ? error.fields : [];
  const [only] = fields;
  if (only && fields.length === 1)
    return (
      <FormAlert>
        <span className="font-mono text-sm wrap-anywhere">{only.field}</span> {only.detail}
      </FormAlert>
    );
  return (
    <div className="grid gap-3 py-1">
      <FormAlert>{errorText(text, error)}</FormAlert>
      {fields.length > 0 && (
        <ul className="grid gap-2 text-body">
          {fields.map((problem) => (
            <li key={`${problem.field}/${problem.code}`} className="wrap-anywhere">
              <span className="font-mono text-sm">{problem.field}</span> {problem.detail}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
