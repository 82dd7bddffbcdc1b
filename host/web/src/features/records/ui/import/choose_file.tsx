import { Button, type EntityDefinition } from "@opsflux/ui";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { FileSpreadsheet, FileUp } from "lucide-react";
import { useState } from "react";
import { keepFile } from "../../../../shared/api/export";
import {
  type ImportRun,
  importKeys,
  importLimitsQuery,
  importListQuery,
  noteImport,
  sendImportFile,
} from "../../../../shared/api/imports";
import { useOneUpload } from "../../../../shared/api/one_upload";
import { fieldLabel } from "../../../../shared/i18n/entity_text";
import { useText } from "../../../../shared/i18n/text";
import { DropArea } from "../../../../shared/ui/drop_area";
import { FormAlert } from "../../../../shared/ui/form_alert";
import { SendingFile } from "../../../../shared/ui/sending_file";
import { Failure } from "../../../../shared/ui/states";
import { importableFields, templateLine } from "../../api/import_plan";

const accepted = ".csv,.tsv,.txt,.xlsx,.xlsm,.json,.ndjson,.jsonl";

export interface ChooseFileProps {
  entity: EntityDefinition;
  onReceived: (run: ImportRun) => void;
}

function useSendFile({ entity, onReceived }: ChooseFileProps) {
  const client = useQueryClient();
  return useOneUpload(
    (file, onProgress, signal) => sendImportFile(entity.name, file, onProgress, signal),
    (run) => {
      if (run.preview) client.setQueryData(importKeys.preview(run.id, {}), run);
      noteImport(client, run);
      void client.invalidateQueries({ queryKey: importListQuery(entity.name).queryKey });
      onReceived(run);
    },
  );
}

/** Chooses a file or takes one that is dropped, and sends it to be read. */
export function ChooseFile(props: ChooseFileProps) {
  const { t, format } = useText();
  const limits = useQuery(importLimitsQuery).data;
  const { sending, send, error, forget } = useSendFile(props);
  const [tooLarge, setTooLarge] = useState<File>();
  const take = (file: File) => {
    const large = limits !== undefined && file.size > limits.bytes;
    setTooLarge(large ? file : undefined);
    if (large) forget();
    else send(file);
  };
  return (
    <>
      <DropArea
        accept={accepted}
        disabled={sending !== undefined}
        onFiles={([file]) => file && take(file)}
        className="grid min-h-60 content-center justify-items-center px-6 py-8 text-center"
      >
        {(choose) =>
          sending ? (
            <div className="w-full max-w-3xl">
              <SendingFile
                sending={sending}
                icon={<FileSpreadsheet size={18} aria-hidden="true" />}
                then={t("import.reading")}
              />
            </div>
          ) : (
            <DropHint entity={props.entity} onChoose={choose} />
          )
        }
      </DropArea>
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
          {t("files.choose")}
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
