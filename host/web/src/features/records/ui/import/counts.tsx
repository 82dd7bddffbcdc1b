import { classNames, StatusShape } from "@opsflux/ui";
import type { ImportCounts } from "../../../../shared/api/imports";
import { useText } from "../../../../shared/i18n/text";

/** What became of the rows, or would become of them. */
export function Counts({ counts }: { counts: ImportCounts }) {
  const { t, format } = useText();
  const { created = 0, updated = 0, unchanged = 0, failed = 0, trying } = counts;
  const told = [
    { label: t(trying ? "import.would.created" : "import.count.created"), value: created },
    { label: t(trying ? "import.would.updated" : "import.count.updated"), value: updated },
    { label: t("import.count.unchanged"), value: unchanged },
    { label: t("import.count.failed"), value: failed, bad: failed > 0 },
  ];
  return (
    <dl className="grid grid-cols-4 overflow-hidden rounded-card border border-line *:border-line *:not-first:border-l touch:grid-cols-2 touch:*:nth-[3]:border-l-0 touch:*:nth-[n+3]:border-t">
      {told.map(({ label, value, bad }) => (
        <div key={label} className="px-4 py-2.5">
          <dt className="text-sm text-text-2">{label}</dt>
          <dd
            className={classNames(
              "mt-0.5 flex items-center gap-2 font-strong text-xl leading-tight",
              bad ? "text-danger-text" : value === 0 && "text-text-3",
            )}
          >
            {format.number(value)}
            {bad && <StatusShape tone="danger" className="size-3!" />}
          </dd>
        </div>
      ))}
    </dl>
  );
}
