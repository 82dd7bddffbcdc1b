import type { FieldProblem } from "../../../shared/api/api_error";
import { useText } from "../../../shared/i18n/text";
import { ImportFile } from "../../../shared/ui/import_file";
import { say } from "../../../shared/ui/toast";
import { useImportTexts } from "../api/texts";

/** Takes a file back from a translator. */
export function ImportTexts() {
  const { t, n } = useText();
  const { mutateAsync } = useImportTexts();
  return (
    <ImportFile
      wide
      label={t("texts.import")}
      help={t("texts.import_help")}
      accept=".csv,.tsv,.xlsx,.json"
      take={mutateAsync}
      onDone={({ changed, reset }) => say(n("texts.imported", changed + reset))}
      place={(row) => <Line row={row} />}
    />
  );
}

function Line({ row }: { row: FieldProblem }) {
  const { t } = useText();
  const { line, key } = row.params ?? {};
  return (
    <span className="block text-text-3 text-xs">
      {t("texts.line", { line: String(line ?? "–") })}
      {typeof key === "string" && key !== "" && <code className="ml-2 font-mono break-all">{key}</code>}
    </span>
  );
}
