import { buttonClasses, Card } from "@opsflux/ui";
import { FileSpreadsheet } from "lucide-react";
import { Link } from "react-router";
import type { ImportReading, ImportRun } from "../../../../shared/api/imports";
import { useText } from "../../../../shared/i18n/text";
import { Choice } from "./choice";

const separators = [
  [",", "comma"],
  [";", "semicolon"],
  ["\t", "tab"],
  ["|", "pipe"],
] as const;

const encodings = ["UTF-8", "Windows-1252", "UTF-16LE", "UTF-16BE"];

export interface FileCardProps {
  run: ImportRun;
  reading: ImportReading;
  onReading: (reading: ImportReading) => void;
}

/** Which file it is, and how it is read. */
export function FileCard({ run, reading, onReading }: FileCardProps) {
  const { t, n, format } = useText();
  const { file } = run;
  const facts = [
    file.kind,
    file.size !== undefined && format.bytes(file.size),
    file.headers.length > 0 && n("import.columns", file.headers.length),
  ].filter(Boolean);
  return (
    <Card title={t("import.step.file")}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-3">
        <FileSpreadsheet size={20} className="shrink-0 text-accent-text" aria-hidden="true" />
        <div className="min-w-0 flex-1 basis-52">
          <p className="truncate font-medium text-body">{run.file_name || file.kind}</p>
          <p className="text-sm text-text-3">{facts.join(" · ")}</p>
        </div>
        <ReadingChoices file={file} reading={reading} onReading={onReading} />
        <Link to="." className={buttonClasses("secondary", "self-end")}>
          {t("import.other_file")}
        </Link>
      </div>
      {file.encoding_assumed && <p className="mt-3 text-sm text-text-2">{t("import.encoding_assumed")}</p>}
    </Card>
  );
}

interface ReadingChoicesProps extends Pick<FileCardProps, "reading" | "onReading"> {
  file: ImportRun["file"];
}

function ReadingChoices({ file, reading, onReading }: ReadingChoicesProps) {
  const { t } = useText();
  const sheets = file.sheets ?? [];
  return (
    <>
      {sheets.length > 1 && (
        <Choice
          className="w-48"
          label={t("import.sheet")}
          value={reading.sheet ?? file.sheet ?? ""}
          options={sheets.map((sheet) => ({ value: sheet, label: sheet }))}
          onChange={(sheet) => onReading({ ...reading, sheet })}
        />
      )}
      {file.kind === "CSV" && (
        <>
          <Choice
            className="w-40"
            label={t("import.separator")}
            value={reading.separator ?? file.separator ?? ","}
            options={separators.map(([value, name]) => ({ value, label: t(`import.separator.${name}`) }))}
            onChange={(separator) => onReading({ ...reading, separator })}
          />
          <Choice
            className="w-36"
            label={t("import.encoding")}
            value={reading.encoding ?? file.encoding ?? "UTF-8"}
            options={encodings.map((name) => ({ value: name, label: name }))}
            onChange={(encoding) => onReading({ ...reading, encoding })}
          />
        </>
      )}
    </>
  );
}
