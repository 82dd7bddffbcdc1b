import { Button, Gauge } from "@opsflux/ui";
import { useMutation } from "@tanstack/react-query";
import { FileUp } from "lucide-react";
import { cancelImport, type ImportRun } from "../../../../shared/api/imports";
import type { Key } from "../../../../shared/i18n/messages";
import { useText } from "../../../../shared/i18n/text";
import { errorText } from "../../../../shared/ui/states";
import { sayError } from "../../../../shared/ui/toast";
import { progressOf } from "../../api/import_plan";
import { Counts } from "./counts";

function phaseOf({ rows, total = 0, trying }: ImportRun["counts"]): Key {
  if (rows === undefined) return "import.waiting";
  if (total === 0) return "import.counting";
  return trying ? "import.trying" : "import.writing";
}

/** A run under way: how far it is, and a way to stop it. */
export function ImportProgress({ run }: { run: ImportRun }) {
  const text = useText();
  const { t, format } = text;
  const { counts } = run;
  const share = progressOf(counts);
  const stop = useMutation({
    mutationFn: () => cancelImport(run.id),
    onError: (error) => sayError(errorText(text, error)),
  });
  const phase = t(stop.isSuccess ? "import.stopping" : phaseOf(counts));
  return (
    <section
      aria-label={run.file_name}
      className="grid gap-4 rounded-card border border-line bg-surface px-5 py-5 touch:px-4"
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <FileUp size={18} className="text-accent-text" aria-hidden="true" />
        <div className="min-w-0 flex-1 basis-48">
          <h2 className="truncate font-strong text-lg">{run.file_name}</h2>
          <p role="status" className="text-sm text-text-2">
            {phase}
          </p>
        </div>
        <Button busy={stop.isPending || stop.isSuccess} onClick={() => stop.mutate()}>
          {t("import.stop")}
        </Button>
      </div>
      <div
        role="progressbar"
        aria-label={phase}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={share === undefined ? undefined : Math.floor(share * 100)}
      >
        <Gauge value={share ?? 0} max={1} notches={48} wide className="[--notch-h:14px]" />
      </div>
      <p className="flex justify-between gap-3 text-body">
        <span className="text-text-2">
          {share !== undefined &&
            t("import.progress", {
              rows: format.number(counts.rows ?? 0),
              total: format.number(counts.total ?? 0),
            })}
        </span>
        <span className="font-strong">
          {share !== undefined && format.percent(Math.floor(share * 100) / 100)}
        </span>
      </p>
      <Counts counts={counts} />
      <p className="text-text-3 text-xs">{t("import.leave")}</p>
    </section>
  );
}
