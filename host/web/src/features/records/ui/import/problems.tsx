import { Button, Card } from "@opsflux/ui";
import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { keepFile } from "../../../../shared/api/export";
import { type ImportRun, importErrorsPath, type RowProblem } from "../../../../shared/api/imports";
import { requestFile } from "../../../../shared/api/request";
import { useText } from "../../../../shared/i18n/text";
import { errorText } from "../../../../shared/ui/states";
import { sayError } from "../../../../shared/ui/toast";

/** The rows that were refused, each with its reason, and the file of all of them. */
export function Problems({ run }: { run: ImportRun }) {
  const { t, n, format } = useText();
  const { failed = 0, problems = [] } = run.counts;
  if (failed === 0 || run.state === "undone") return null;
  return (
    <Card
      flush
      title={t("import.problems")}
      aside={
        <span className="flex items-center gap-3">
          {n("import.errors", failed)}
          <ErrorsButton run={run} />
        </span>
      }
    >
      <div tabIndex={0} data-focus="inside" className="max-h-96 overflow-y-auto">
        <table className="w-full text-body touch:block">
          <thead className="text-left text-text-3 text-xs touch:sr-only">
            <tr className="*:sticky *:top-0 *:h-8 *:border-line *:border-b *:bg-surface *:px-3 *:font-regular *:first:pl-4">
              <th scope="col" className="w-20 text-right">
                {t("import.problem.row")}
              </th>
              <th scope="col">{t("import.problem.column")}</th>
              <th scope="col">{t("import.problem.value")}</th>
              <th scope="col">{t("import.problem.reason")}</th>
            </tr>
          </thead>
          <tbody className="touch:block">
            {problems.map((problem, position) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a row may be refused twice for the same reason
              <ProblemRow key={position} problem={problem} />
            ))}
          </tbody>
        </table>
      </div>
      {problems.length < failed && (
        <p className="border-line border-t px-4 py-2 text-text-3 text-xs">
          {t("import.problems_first", { count: format.number(problems.length) })}
        </p>
      )}
    </Card>
  );
}

function ProblemRow({ problem }: { problem: RowProblem }) {
  const { t, format } = useText();
  return (
    <tr className="border-line-soft align-top not-last:border-b *:px-3 *:py-2 *:first:pl-4 touch:grid touch:grid-cols-[auto_1fr_auto] touch:gap-x-3 touch:px-4 touch:py-2.5 touch:*:px-0! touch:*:py-0!">
      <td className="text-right text-text-3">
        <span className="sr-only">{t("import.problem.row")} </span>
        {format.number(problem.row)}
      </td>
      <td className="max-w-48 truncate font-medium">
        {problem.column || <span className="text-text-3">–</span>}
      </td>
      <td className="max-w-56 break-words font-mono text-xs leading-5">
        {problem.value || <span className="text-text-3">–</span>}
      </td>
      <td className="break-words leading-read touch:col-span-3">{problem.message}</td>
    </tr>
  );
}

function ErrorsButton({ run }: { run: ImportRun }) {
  const text = useText();
  const { t } = text;
  const take = useMutation({
    mutationFn: () => requestFile(importErrorsPath(run.id)),
    onSuccess: (file) =>
      keepFile(file, `${run.file_name.replace(/\.[^.]*$/, "")}-${t("import.errors_name")}.csv`),
    onError: (error) => sayError(errorText(text, error)),
  });
  return (
    <Button
      className="h-7! touch:h-11!"
      icon={<Download size={14} aria-hidden="true" />}
      busy={take.isPending}
      onClick={() => take.mutate()}
    >
      {t("import.errors_file")}
    </Button>
  );
}
