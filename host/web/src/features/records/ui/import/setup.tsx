import { Button, type EntityDefinition } from "@opsflux/ui";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import {
  type ImportPlan,
  type ImportReading,
  type ImportRun,
  importQuery,
  type PreviewedImport,
  previewQuery,
  runImport,
} from "../../../../shared/api/imports";
import { useText } from "../../../../shared/i18n/text";
import { FormAlert } from "../../../../shared/ui/form_alert";
import { RowSkeletons, Waiting } from "../../../../shared/ui/skeleton";
import { errorText, Failure } from "../../../../shared/ui/states";
import { firstPlan, readingOf } from "../../api/import_plan";
import { ColumnsCard } from "./columns_card";
import { FileCard } from "./file_card";
import { PreviewCard } from "./preview_card";
import { WriteCard } from "./write_card";

/** What is decided before an import begins: how the file is read, where its columns go, how rows are written. */
export function ImportSetup({ entity, run }: { entity: EntityDefinition; run: ImportRun }) {
  const { t } = useText();
  const [reading, setReading] = useState<ImportReading>(() => readingOf(run));
  const query = useQuery(previewQuery(run.id, reading));
  const seen = query.data;
  if (!seen && query.isPending)
    return (
      <Waiting what={t("import.step.preview")}>
        <RowSkeletons rows={8} />
      </Waiting>
    );
  return (
    <>
      <FileCard run={seen ?? run} reading={reading} onReading={setReading} />
      {query.error && (
        <Failure error={query.error} title={t("import.refused")} className="mx-0! max-w-none! px-0! py-0!" />
      )}
      {seen && !query.error && (
        <PlanForm
          key={JSON.stringify([reading, seen.preview.headers])}
          entity={entity}
          run={seen}
          chosen={run.plan}
          reading={reading}
        />
      )}
    </>
  );
}

interface PlanFormProps {
  entity: EntityDefinition;
  run: PreviewedImport;
  /** What was chosen when it was last tried. */
  chosen: Partial<ImportPlan> | null;
  reading: ImportReading;
}

/** Resolves once the run's new state is there, so that the button is busy until the page shows it. */
function useRun(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ what, plan }: { what: "check" | "start"; plan: ImportPlan }) => runImport(id, what, plan),
    onSuccess: () => client.invalidateQueries({ queryKey: importQuery(id).queryKey }),
  });
}

function PlanForm({ entity, run, chosen, reading }: PlanFormProps) {
  const text = useText();
  const { t } = text;
  const [plan, setPlan] = useState(() => firstPlan(entity, run.preview, chosen));
  const start = useRun(run.id);
  const none = Object.values(plan.mapping).every((field) => field === null);
  const go = (what: "check" | "start") => start.mutate({ what, plan: { ...plan, ...reading } });
  const part = { entity, preview: run.preview, plan, onPlan: setPlan };
  return (
    <>
      <ColumnsCard {...part} chosen={chosen !== null} />
      <PreviewCard {...part} />
      <WriteCard {...part} />
      <div className="sticky bottom-0 z-10 -mx-6 -mb-8 flex flex-wrap items-center justify-end gap-2 border-line border-t bg-surface px-6 py-3 touch:-mx-4 touch:px-4">
        <div className="min-w-0 flex-1 basis-60 text-sm text-text-2">
          {start.error ? (
            <FormAlert>{errorText(text, start.error)}</FormAlert>
          ) : (
            none && t("import.none_taken")
          )}
        </div>
        <Button
          disabled={none}
          busy={start.isPending && start.variables.what === "check"}
          onClick={() => go("check")}
        >
          {t("import.check")}
        </Button>
        <Button
          kind="primary"
          disabled={none}
          busy={start.isPending && start.variables.what === "start"}
          onClick={() => go("start")}
        >
          {t("import.start")}
        </Button>
      </div>
    </>
  );
}
