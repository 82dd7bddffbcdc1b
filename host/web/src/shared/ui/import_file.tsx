import { Button } from "@opsflux/ui";
import { useMutation } from "@tanstack/react-query";
import { Upload } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { ApiError, type FieldProblem } from "../api/api_error";
import { useText } from "../i18n/text";
import { FormAlert } from "./form_alert";
import { Dialog } from "./overlay";
import { errorText } from "./states";

/** What is wrong with a file before it is sent, in the reader's words. */
export class FileRefusal extends Error {}

export async function readJsonFile(file: File, notJson: string): Promise<unknown> {
  try {
    return JSON.parse(await file.text());
  } catch {
    throw new FileRefusal(notJson);
  }
}

/** What a file would do, before it does. */
export interface FilePreview<Tried> {
  ask: (file: File) => Promise<Tried>;
  show: (tried: Tried) => ReactNode;
  /** What the button says that does it; undefined: there is nothing to do. */
  action: (tried: Tried) => string | undefined;
}

export interface ImportFileProps<Done, Tried> {
  /** Of the button, and of the dialog that it opens. */
  label: string;
  help: string;
  /** File name endings: ".json,.csv". */
  accept: string;
  wide?: boolean;
  take: (file: File) => Promise<Done>;
  onDone: (done: Done) => void;
  /** Without one the file is taken as soon as it is chosen. */
  preview?: FilePreview<Tried>;
  /** Where in the file something is wrong; else the name of the field. */
  place?: (problem: FieldProblem) => ReactNode;
}

/** A button that takes a file: all of it, or nothing and the reasons. */
export function ImportFile<Done, Tried = never>(props: ImportFileProps<Done, Tried>) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={<Upload size={16} aria-hidden="true" />} onClick={() => setOpen(true)}>
        {props.label}
      </Button>
      {open && <ImportDialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
}

function ImportDialog<Done, Tried>(props: ImportFileProps<Done, Tried> & { onClose: () => void }) {
  const { label, help, accept, wide, take, onDone, preview, place, onClose } = props;
  const { t } = useText();
  const input = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File>();
  const send = useMutation({
    mutationFn: take,
    onSuccess: (done) => {
      onDone(done);
      onClose();
    },
  });
  const ask = useMutation({ mutationFn: (chosen: File) => preview?.ask(chosen) ?? Promise.reject() });
  const choose = (chosen: File | undefined) => {
    if (!chosen) return;
    send.reset();
    setFile(chosen);
    if (preview) ask.mutate(chosen);
    else send.mutate(chosen);
  };
  const tried = preview && ask.isSuccess ? (ask.data as Tried) : undefined;
  const action = tried === undefined ? undefined : preview?.action(tried);
  const error = send.error ?? ask.error;
  const chooser = () => input.current?.click();
  return (
    <Dialog
      open
      wide={wide}
      onOpenChange={onClose}
      title={label}
      description={help}
      foot={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          {action && file ? (
            <>
              <Button onClick={chooser}>{t("import_file.another")}</Button>
              <Button kind="primary" busy={send.isPending} onClick={() => send.mutate(file)}>
                {action}
              </Button>
            </>
          ) : (
            <Button kind="primary" busy={send.isPending || ask.isPending} onClick={chooser}>
              {t("files.choose")}
            </Button>
          )}
        </>
      }
    >
      <input
        ref={input}
        type="file"
        accept={accept}
        className="sr-only"
        tabIndex={-1}
        aria-label={t("files.choose")}
        onChange={(event) => {
          const chosen = event.target.files?.[0];
          event.target.value = "";
          choose(chosen);
        }}
      />
      {error && <Refused error={error} place={place} />}
      {!error && tried !== undefined && preview?.show(tried)}
    </Dialog>
  );
}

function Refused({ error, place }: { error: Error; place: ImportFileProps<never, never>["place"] }) {
  const text = useText();
  if (error instanceof FileRefusal) return <FormAlert>{error.message}</FormAlert>;
  const problems = error instanceof ApiError ? (place ? (error.problem.errors ?? []) : error.fields) : [];
  const [only] = problems;
  const where = place ?? (({ field }: FieldProblem) => <span className="font-mono text-sm">{field}</span>);
  if (only && problems.length === 1 && !place)
    return (
      <FormAlert>
        <span className="wrap-anywhere">{where(only)}</span> {only.detail}
      </FormAlert>
    );
  return (
    <div className="grid gap-3 py-1">
      <FormAlert>{errorText(text, error)}</FormAlert>
      {problems.length > 0 && (
        <ul className="grid gap-2 text-body">
          {problems.map((problem, i) => (
            <li
              // biome-ignore lint/suspicious/noArrayIndexKey: the same may be wrong twice at one place
              key={i}
              className="border-line-soft border-t pt-2 wrap-anywhere first:border-t-0 first:pt-0"
            >
              {where(problem)} {problem.detail}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
