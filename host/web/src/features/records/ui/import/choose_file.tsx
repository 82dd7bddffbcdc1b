import { Button, classNames, type EntityDefinition, Gauge } from "@opsflux/ui";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { FileSpreadsheet, FileUp } from "lucide-react";
import { type DragEvent, useRef, useState } from "react";
import { keepFile } from "../../../../shared/api/export";
import {
  type ImportRun,
  importKeys,
  importLimitsQuery,
  importListQuery,
  noteImport,
  sendImportFile,
} from "../../../../shared/api/imports";
import { fieldLabel } from "../../../../shared/i18n/entity_text";
import { useText } from "../../../../shared/i18n/text";
import { FormAlert } from "../../../../shared/ui/form_alert";
import { Failure } from "../../../../shared/ui/states";
import { importableFields, templateLine } from "../../api/import_plan";

const accepted = ".csv,.tsv,.txt,.xlsx,.xlsm,.json,.ndjson,.jsonl";

interface Sending {
  name: string;
  size: number;
  /** 0 to 1; at 1 the server reads the file. */
  share: number;
  stop: AbortController;
}

export interface ChooseFileProps {
  entity: EntityDefinition;
  onReceived: (run: ImportRun) => void;
}

function useSendFile({ entity, onReceived }: ChooseFileProps) {
  const client = useQueryClient();
  const [sending, setSending] = useState<Sending>();
  const mutation = useMutation({
    mutationFn: (file: File) => {
      const stop = new AbortController();
      const state = { name: file.name, size: file.size, stop };
      setSending({ ...state, share: 0 });
      return sendImportFile(entity.name, file, (share) => setSending({ ...state, share }), stop.signal);
    },
    onSuccess: (run) => {
      if (run.preview) client.setQueryData(importKeys.preview(run.id, {}), run);
      noteImport(client, run);
      void client.invalidateQueries({ queryKey: importListQuery(entity.name).queryKey });
      onReceived(run);
    },
    onSettled: () => setSending(undefined),
  });
  const stopped = mutation.error instanceof DOMException && mutation.error.name === "AbortError";
  return { sending, send: mutation.mutate, error: stopped ? null : mutation.error, forget: mutation.reset };
}

/** Chooses a file or takes one that is dropped, and sends it to be read. */
export function ChooseFile(props: ChooseFileProps) {
  const { t, format } = useText();
  const limits = useQuery(importLimitsQuery).data;
  const { sending, send, error, forget } = useSendFile(props);
  const [tooLarge, setTooLarge] = useState<File>();
  const input = useRef<HTMLInputElement>(null);
  const take = (file: File | undefined) => {
    if (!file || sending) return;
    const large = limits !== undefined && file.size > limits.bytes;
    setTooLarge(large ? file : undefined);
    if (large) forget();
    else send(file);
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        accept={accepted}
        className="sr-only"
        tabIndex={-1}
        aria-label={t("import.choose")}
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          take(file);
        }}
      />
      <DropZone
        entity={props.entity}
        sending={sending}
        onFile={take}
        onChoose={() => input.current?.click()}
      />
      {tooLarge && limits && (
        <FormAlert>
          {t("import.too_large", {
            name: tooLarge.name,
            size: format.bytes(tooLarge.size),
            max: format.bytes(limits.bytes),
          })}
        </FormAlert>
      )}
      {error && !sending && (
        <Failure error={error} title={t("import.refused")} className="mx-0! max-w-none! px-0! py-0!" />
      )}
    </>
  );
}

interface DropZoneProps {
  entity: EntityDefinition;
  sending: Sending | undefined;
  onFile: (file: File | undefined) => void;
  onChoose: () => void;
}

function DropZone({ entity, sending, onFile, onChoose }: DropZoneProps) {
  const [over, setOver] = useState(false);
  const depth = useRef(0);
  const enter = (by: number) => {
    depth.current += by;
    setOver(depth.current > 0);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    depth.current = 0;
    setOver(false);
    onFile(event.dataTransfer.files[0]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button is the first
    <div
      onDragEnter={() => enter(1)}
      onDragLeave={() => enter(-1)}
      onDragOver={(event) => event.preventDefault()}
      onDrop={drop}
      className={classNames(
        "grid min-h-60 content-center justify-items-center rounded-card border border-line-control border-dashed px-6 py-8 text-center transition-colors",
        over ? "border-accent bg-accent-soft" : "bg-subtle",
      )}
    >
      {sending ? <SendingFile sending={sending} /> : <DropHint entity={entity} onChoose={onChoose} />}
    </div>
  );
}

function DropHint({ entity, onChoose }: { entity: EntityDefinition; onChoose: () => void }) {
  const { t, format } = useText();
  const limits = useQuery(importLimitsQuery).data;
  return (
    <>
      <span className="grid size-11 place-items-center rounded-card border border-line bg-surface text-accent-text">
        <FileUp size={20} aria-hidden="true" />
      </span>
      <p className="mt-3 font-strong text-lg touch:hidden">{t("import.drop")}</p>
      <p className="mt-1 max-w-md text-body text-text-2 leading-read">
        {limits &&
          t("import.formats", {
            size: format.bytes(limits.bytes),
            rows: format.number(limits.rows),
            columns: format.number(limits.columns),
          })}{" "}
        {t("import.first_row")}
      </p>
      <div className="mt-4 flex flex-wrap justify-center gap-2">
        <Button kind="primary" onClick={onChoose}>
          {t("import.choose")}
        </Button>
        <TemplateButton entity={entity} />
      </div>
    </>
  );
}

/** A file with nothing but the head line, to be filled in. */
function TemplateButton({ entity }: { entity: EntityDefinition }) {
  const text = useText();
  const keep = () => {
    const labels = importableFields(entity).map((field) => fieldLabel(text, entity, field.name));
    const line = templateLine(labels, text.language);
    keepFile(new Blob([line], { type: "text/csv" }), `${entity.plural}.csv`);
  };
  return (
    <Button icon={<FileSpreadsheet size={16} aria-hidden="true" />} onClick={keep}>
      {text.t("import.template")}
    </Button>
  );
}

function SendingFile({ sending }: { sending: Sending }) {
  const { t, format } = useText();
  const arrived = sending.share >= 1;
  return (
    <div className="grid w-full max-w-md gap-3">
      <p className="truncate text-body">
        <strong>{sending.name}</strong> <span className="text-text-3">{format.bytes(sending.size)}</span>
      </p>
      <Gauge value={sending.share} max={1} notches={32} wide />
      <p className="flex justify-between gap-3 text-sm text-text-2">
        <span role="status">{t(arrived ? "import.reading" : "import.sending")}</span>
        <span className="font-strong text-text">{format.percent(Math.round(sending.share * 100) / 100)}</span>
      </p>
      <div>
        <Button onClick={() => sending.stop.abort()}>{t("modules.stop_upload")}</Button>
      </div>
    </div>
  );
}
