import { Button } from "@opsflux/ui";
import { Upload } from "lucide-react";
import { useRef, useState } from "react";
import { ApiError, type FieldProblem } from "../../../shared/api/api_error";
import { useText } from "../../../shared/i18n/text";
import { FormAlert } from "../../../shared/ui/form_alert";
import { Dialog } from "../../../shared/ui/overlay";
import { errorText } from "../../../shared/ui/states";
import { say } from "../../../shared/ui/toast";
import { useImportTexts } from "../api/texts";

/** Takes a file back from a translator: all of it, or nothing and the reasons. */
export function ImportTexts() {
  const { t } = useText();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={<Upload size={16} aria-hidden="true" />} onClick={() => setOpen(true)}>
        {t("texts.import")}
      </Button>
      {open && <ImportDialog onClose={() => setOpen(false)} />}
    </>
  );
}

function ImportDialog({ onClose }: { onClose: () => void }) {
  const { t, n } = useText();
  const input = useRef<HTMLInputElement>(null);
  const send = useImportTexts();
  const take = (file: File | undefined) => {
    if (!file) return;
    send.mutate(file, {
      onSuccess: ({ changed, reset }) => {
        say(n("texts.imported", changed + reset));
        onClose();
      },
    });
  };
  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={t("texts.import")}
      description={t("texts.import_help")}
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
        accept=".csv,.tsv,.xlsx,.json"
        className="sr-only"
        tabIndex={-1}
        aria-label={t("files.choose")}
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          take(file);
        }}
      />
      {send.error && <Refused error={send.error} />}
    </Dialog>
  );
}

function Refused({ error }: { error: Error }) {
  const text = useText();
  const rows = error instanceof ApiError ? (error.problem.errors ?? []) : [];
  return (
    <div className="grid gap-3 py-1">
      <FormAlert>{errorText(text, error)}</FormAlert>
      {rows.length > 0 && (
        <ul className="grid gap-2 text-body">
          {rows.map((row) => (
            <RefusedRow key={`${row.params?.line}/${row.params?.key}/${row.code}`} row={row} />
          ))}
        </ul>
      )}
    </div>
  );
}

function RefusedRow({ row }: { row: FieldProblem }) {
  const { t } = useText();
  const { line, key } = row.params ?? {};
  return (
    <li className="border-line-soft border-t pt-2 first:border-t-0 first:pt-0">
      <p className="text-text-3 text-xs">
        {t("texts.line", { line: String(line ?? "–") })}
        {typeof key === "string" && key !== "" && <code className="ml-2 font-mono break-all">{key}</code>}
      </p>
      <p>{row.detail}</p>
    </li>
  );
}
