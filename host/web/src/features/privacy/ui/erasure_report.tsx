import { Button } from "@opsflux/ui";
import { Copy, Printer } from "lucide-react";
import { useApp } from "../../../shared/api/app";
import { type Erasure, type ErasureReport, keptReasons } from "../../../shared/api/privacy";
import { entityWord, fieldLabel } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { Dialog } from "../../../shared/ui/overlay";
import { say } from "../../../shared/ui/toast";

interface Part {
  title: string;
  lines: string[];
}

/** What was erased and what is kept, in words; entities that are gone by now stand with their name. */
function useParts(report: ErasureReport): Part[] {
  const text = useText();
  const { entities } = useApp();
  const named = (name: string) => entities.find((entity) => entity.name === name);
  const word = (name: string) => {
    const entity = named(name);
    return entity ? entityWord(text, entity, "many") : name;
  };
  const records = Object.entries(report.records ?? {}).filter(([, count]) => count > 0);
  const rows = Object.values(report.tables ?? {}).reduce((sum, count) => sum + count, 0);
  const erased = records.map(([name, count]) => `${word(name)} – ${text.n("privacy.report_records", count)}`);
  if (rows > 0) erased.push(text.n("privacy.report_rows", rows));
  const kept: string[] = keptReasons
    .filter((one) => report.kept?.includes(one))
    .map((one) => text.t(`privacy.kept.${one}`));
  for (const [name, fields] of Object.entries(report.kept_fields ?? {})) {
    const entity = named(name);
    const labels = [...new Set(fields)].map((field) => (entity ? fieldLabel(text, entity, field) : field));
    kept.push(text.t("privacy.report_fields", { entity: word(name), fields: labels.join(", ") }));
  }
  return [
    { title: text.t("privacy.report_erased"), lines: erased },
    { title: text.t("privacy.kept"), lines: kept },
  ].filter(({ lines }) => lines.length > 0);
}

interface ErasureReportDialogProps {
  erasure: Erasure;
  report: ErasureReport;
  onClose: () => void;
}

/** To be handed over to who asked: printed, or copied. */
export function ErasureReportDialog({ erasure, report, onClose }: ErasureReportDialogProps) {
  const { t, format } = useText();
  const { instance } = useApp();
  const parts = useParts(report);
  const dates = [
    t("privacy.report_asked", { date: format.dateTime(erasure.asked_at) }),
    ...(erasure.done_at ? [t("privacy.report_done", { date: format.dateTime(erasure.done_at) })] : []),
    t("privacy.report_account", { id: erasure.user }),
  ];
  const plain = [
    `${t("privacy.report")} – ${instance.name}`,
    ...dates,
    ...parts.flatMap(({ title, lines }) => ["", title, ...lines.map((line) => `- ${line}`)]),
  ].join("\n");
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("privacy.report")}
      description={t("privacy.report_help")}
      foot={
        <>
          <Button
            icon={<Copy size={16} aria-hidden="true" />}
            onClick={() =>
              void navigator.clipboard?.writeText(`${plain}\n`).then(() => say(t("privacy.report_copied")))
            }
          >
            {t("privacy.report_copy")}
          </Button>
          <Button icon={<Printer size={16} aria-hidden="true" />} onClick={() => window.print()}>
            {t("privacy.report_print")}
          </Button>
          <Button onClick={onClose}>{t("action.close")}</Button>
        </>
      }
    >
      <article data-print className="grid gap-4 py-1 text-body" aria-label={t("privacy.report")}>
        <div>
          <p className="font-strong">{instance.name}</p>
          {dates.map((line) => (
            <p key={line} className="text-text-2 wrap-anywhere">
              {line}
            </p>
          ))}
        </div>
        {parts.map(({ title, lines }) => (
          <section key={title} aria-label={title}>
            <h3 className="font-strong">{title}</h3>
            <ul className="mt-1 grid list-disc gap-1 ps-5 text-text-2 leading-read">
              {lines.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </section>
        ))}
      </article>
    </Dialog>
  );
}
