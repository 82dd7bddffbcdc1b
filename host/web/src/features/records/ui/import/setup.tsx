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
import { fitMapping, readingFor } from "../../api/import_fit";
import type { SavedMapping } from "../../api/import_mappings";
import { firstPlan, isFor, readingOf } from "../../api/import_plan";
import { ColumnsCard } from "./columns_card";
import { FileCard } from "./file_card";
import { FitNotes } from "./fit_notes";
import { PreviewCard } from "./preview_card";
import { SavedMappings } from "./saved_mappings";
import { WriteCard } from "./write_card";

/** What is decided before an import begins: how the file is read, where its columns go, how rows are written. */
export function ImportSetup({ entity, run }: { entity: EntityDefinition; run: ImportRun }) {
  const { t } = useText();
  const [reading, setReading] = useState<ImportReading>(() => readingOf(recallPlan(run)));
  const [mapping, setMapping] = useState<SavedMapping>();
  const [turn, setTurn] = useState(0);
  const query = useQuery(previewQuery(run.id, reading));
  const seen = query.data;
  const read = (next: ImportReading) => {
    keepPlan(run.id, { ...recallPlan(run), ...next });
    setReading(next);
  };
  /** True where the file is read anew for it: the columns are then chosen once they are there. */
  const take = (taken: SavedMapping) => {
    setMapping(taken);
    const next = readingFor(reading, (seen ?? run).file, seen?.preview.headers ?? [], taken);
    if (JSON.stringify(next) === JSON.stringify(readingOf(reading))) return false;
    keepPlan(run.id, next);
    setReading(next);
    setTurn(turn + 1);
    return true;
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
      {query.error && <Refused run={run} error={query.error} />}
      {seen && !query.error && (
        // Other columns are another choice; the same ones, read otherwise, are not.
        <PlanForm
          key={JSON.stringify([seen.preview.headers, turn])}
          entity={entity}
          run={seen}
          chosen={recallPlan(run)}
          reading={reading}
          mapping={mapping}
          onTake={take}
          onMapping={setMapping}
        />
      )}
    </>
  );
}

/** Of a workbook only a sheet is refused; another one may be good. */
function Refused({ run, error }: { run: ImportRun; error: Error }) {
  const { t } = useText();
  const sheets = (run.file.sheets ?? []).length > 1;
  return (
    <Failure
      error={error}
      title={t(sheets ? "import.refused_sheet" : "import.refused")}
      className="mx-0! max-w-none! px-0! py-0!"
    />
  );
}

interface PlanFormProps {
  entity: EntityDefinition;
  run: PreviewedImport;
  /** What was chosen for it before, if anything. */
  chosen: Partial<ImportPlan> | null;
  reading: ImportReading;
  /** The saved mapping that was taken. */
  mapping: SavedMapping | undefined;
  onTake: (mapping: SavedMapping) => boolean;
  onMapping: (mapping: SavedMapping | undefined) => void;
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

/** The choice as it stands, kept on this device until it is sent. */
function usePlan({ entity, run, chosen, reading, mapping }: PlanFormProps) {
  const fitted = (saved: SavedMapping) => fitMapping(entity, run.preview, run.file, saved);
  const [plan, setPlan] = useState(() =>
    mapping && !isFor(run.preview, chosen) ? fitted(mapping).plan : firstPlan(entity, run.preview, chosen),
  );
  const choose = (next: ImportPlan) => {
    keepPlan(run.id, { ...next, ...reading });
    setPlan(next);
  };
  return { plan, choose, fitted };
}

function PlanForm(props: PlanFormProps) {
  const { entity, run, chosen, reading, mapping, onTake, onMapping } = props;
  const text = useText();
  const { t } = text;
  const { plan, choose, fitted } = usePlan(props);
  const [fresh] = useState(chosen === null);
  const start = useRun(run.id);
  const none = Object.values(plan.mapping).every((field) => field === null);
  const whole = { ...plan, ...reading };
  const go = (what: "check" | "start") => start.mutate({ what, plan: whole });
  const part = { entity, preview: run.preview, plan, onPlan: choose };
  const saved = (
    <>
      <SavedMappings
        entity={entity}
        chosen={mapping}
        plan={none ? undefined : whole}
        onTake={(taken) => {
          if (!onTake(taken)) choose(fitted(taken).plan);
        }}
        onChosen={onMapping}
      />
      {mapping && <FitNotes entity={entity} fit={fitted(mapping)} />}
    </>
  );
  return (
    <>
      <ColumnsCard {...part} fresh={fresh && !mapping} saved={saved} />
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
