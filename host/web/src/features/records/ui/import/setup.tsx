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
import { keepPlan, recallPlan } from "../../api/import_draft";
import { firstPlan, readingOf } from "../../api/import_plan";
import { ColumnsCard } from "./columns_card";
import { FileCard } from "./file_card";
import { PreviewCard } from "./preview_card";
import { WriteCard } from "./write_card";

/** What is decided before an import begins: how the file is read, where its columns go, how rows are written. */
export function ImportSetup({ entity, run }: { entity: EntityDefinition; run: ImportRun }) {
  const { t } = useText();
  const [reading, setReading] = useState<ImportReading>(() => readingOf(recallPlan(run)));
  const query = useQuery(previewQuery(run.id, reading));
  const seen = query.data;
  const read = (next: ImportReading) => {
    keepPlan(run.id, { ...recallPlan(run), ...next });
    setReading(next);
  };
  if (!seen && query.isPending)
    return (
      <Waiting what={t("import.step.preview")}>
        <RowSkeletons rows={8} />
      </Waiting>
    );
  return (
    <>
      <FileCard run={seen ?? run} reading={reading} onReading={read} />
      {query.error && (
        <Failure error={query.error} title={t("import.refused")} className="mx-0! max-w-none! px-0! py-0!" />
      )}
      {seen && !query.error && (
        // Other columns are another choice; the same ones, read otherwise, are not.
        <PlanForm
          key={JSON.stringify(seen.preview.headers)}
          entity={entity}
          run={seen}
          chosen={recallPlan(run)}
          reading={reading}
        />
      )}
    </>
  );
}

interface PlanFormProps {
  entity: EntityDefinition;
  run: PreviewedImport;
  /** What was chosen for it before, if anything. */
  chosen: Partial<ImportPlan> | null;
  reading: ImportReading;
}

/** Resolves once the run's new state is there, so that the button is busy until the page shows it. */
function useRun(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ what, plan }: { what: "check" | "start"; plan: ImportPlan }) => runImport(id, what, plan),
    onSuccess: () => {
      keepPlan(id, undefined);
      return client.invalidateQueries({ queryKey: importQuery(id).queryKey });
    },
  });
}

function PlanForm({ entity, run, chosen, reading }: PlanFormProps) {
  const text = useText();
  const { t } = text;
  const [plan, setPlan] = useState(() => firstPlan(entity, run.preview, chosen));
  const [fresh] = useState(chosen === null);
  const start = useRun(run.id);
  const none = Object.values(plan.mapping).every((field) => field === null);
  const go = (what: "check" | "start") => start.mutate({ what, plan: { ...plan, ...reading } });
  const choose = (next: ImportPlan) => {
    keepPlan(run.id, { ...next, ...reading });
    setPlan(next);
  };
  const part = { entity, preview: run.preview, plan, onPlan: choose };
  return (
    <>
      <ColumnsCard {...part} fresh={fresh} />
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
