import { buttonClasses, type EntityDefinition } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { FileX } from "lucide-react";
import { Link } from "react-router";
import { isStatus } from "../../../../shared/api/api_error";
import { type ImportRun, importQuery } from "../../../../shared/api/imports";
import { useText } from "../../../../shared/i18n/text";
import { RowSkeletons, Waiting } from "../../../../shared/ui/skeleton";
import { Failure, Notice } from "../../../../shared/ui/states";
import { canStart } from "../../api/import_plan";
import { ImportOutcome } from "./outcome";
import { ImportProgress } from "./progress";
import { ImportSetup } from "./setup";

/** One import, at whatever point it is. */
export function ImportRunView({ entity, id }: { entity: EntityDefinition; id: string }) {
  const { t } = useText();
  const query = useQuery(importQuery(id));
  const run = query.data;
  if (query.isPending)
    return (
      <Waiting what={t("import.action")}>
        <RowSkeletons rows={4} />
      </Waiting>
    );
  if (!run && !isStatus(query.error, 404))
    return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  // A run into another entity is none of this page's.
  if (!run || run.entity !== entity.name)
    return (
      <Notice
        icon={<FileX size={20} aria-hidden="true" />}
        title={t("import.gone")}
        action={
          <Link to="." className={buttonClasses()}>
            {t("import.another")}
          </Link>
        }
      />
    );
  return <LoadedRun entity={entity} run={run} />;
}

function LoadedRun({ entity, run }: { entity: EntityDefinition; run: ImportRun }) {
  if (run.state === "running") return <ImportProgress run={run} />;
  return (
    <>
      <ImportOutcome entity={entity} run={run} />
      {canStart(run) && <ImportSetup entity={entity} run={run} />}
    </>
  );
}
