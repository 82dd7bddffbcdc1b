import { Card, type EntityDefinition, Status, type Tone } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { Link } from "react-router";
import { type ImportRun, type ImportState, importListQuery } from "../../../../shared/api/imports";
import { type Text, useText } from "../../../../shared/i18n/text";
import { progressOf } from "../../api/import_plan";

const tones: Record<ImportState, Tone> = {
  uploaded: "draft",
  running: "info",
  done: "ok",
  failed: "danger",
  cancelled: "off",
  interrupted: "warn",
  undone: "off",
};

export function ImportStatus({ state }: { state: ImportState }) {
  const { t } = useText();
  return <Status tone={tones[state]}>{t(`import.state.${state}`)}</Status>;
}

/** "120 créées, 3 erreurs", or how far it is. */
function resultOf({ n, format }: Text, { state, counts }: ImportRun): string {
  if (state === "running") return format.percent(Math.floor((progressOf(counts) ?? 0) * 100) / 100);
  const { created = 0, updated = 0, failed = 0, trying = true } = counts;
  const parts = [
    !trying && created > 0 && n("import.created", created),
    !trying && updated > 0 && n("import.updated", updated),
    failed > 0 && n("import.errors", failed),
  ].filter((part) => part !== false);
  return parts.join(" · ");
}

/** What this person has imported into this entity, the newest first; nothing where there is none. */
export function PastImports({ entity }: { entity: EntityDefinition }) {
  const { t } = useText();
  const runs = useQuery(importListQuery(entity.name)).data ?? [];
  if (runs.length === 0) return null;
  return (
    <Card flush title={t("import.past")} aside={runs.length}>
      <table className="w-full text-body touch:block">
        <thead className="border-line border-b text-left text-text-3 text-xs touch:sr-only">
          <tr className="*:h-8 *:px-3 *:font-regular *:first:pl-4">
            <th scope="col">{t("import.past.file")}</th>
            <th scope="col">{t("import.past.state")}</th>
            <th scope="col">{t("import.past.result")}</th>
            <th scope="col" className="text-right">
              {t("import.past.when")}
            </th>
            <td />
          </tr>
        </thead>
        <tbody className="touch:block">
          {runs.map((run) => (
            <PastRow key={run.id} run={run} />
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function PastRow({ run }: { run: ImportRun }) {
  const text = useText();
  const { format } = text;
  const result = resultOf(text, run);
  return (
    <tr className="relative border-line-soft not-last:border-b *:h-(--row-h) *:px-3 *:first:pl-4 hover:bg-muted/60 touch:grid touch:grid-cols-[minmax(0,1fr)_auto] touch:gap-x-3 touch:px-4 touch:py-2.5 touch:*:h-auto touch:*:px-0!">
      <td className="max-w-72 truncate">
        <Link to={`?run=${run.id}`} className="font-medium after:absolute after:inset-0 after:content-['']">
          {run.file_name || run.file.kind}
        </Link>
      </td>
      <td className="touch:text-right">
        <ImportStatus state={run.state} />
      </td>
      <td className="text-text-2 touch:text-sm">{result || <span className="text-text-3">–</span>}</td>
      <td className="text-right text-text-3 text-sm whitespace-nowrap">
        <time dateTime={run.created_at} title={format.dateTime(run.created_at)}>
          {format.agoShort(run.created_at)}
        </time>
      </td>
      <td className="w-8 text-text-3 touch:hidden">
        <ChevronRight size={16} aria-hidden="true" />
      </td>
    </tr>
  );
}
