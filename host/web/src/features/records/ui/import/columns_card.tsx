import { Card, classNames, type EntityDefinition, StatusShape } from "@opsflux/ui";
import { ArrowRight } from "lucide-react";
import type { ReactNode } from "react";
import type { ImportPlan, ImportPreview } from "../../../../shared/api/imports";
import { fieldLabel } from "../../../../shared/i18n/entity_text";
import { useText } from "../../../../shared/i18n/text";
import { assign, importableFields, missingFields, reguessed, samplesOf } from "../../api/import_plan";

export interface PlanPartProps {
  entity: EntityDefinition;
  preview: ImportPreview;
  plan: ImportPlan;
  onPlan: (plan: ImportPlan) => void;
}

export interface ColumnsCardProps extends PlanPartProps {
  /** Nothing was chosen for this run before, so that an earlier one may be spoken of. */
  fresh: boolean;
  /** Stands above the columns. */
  saved: ReactNode;
}

/** Where each column goes. */
export function ColumnsCard({ fresh, saved, ...part }: ColumnsCardProps) {
  const { t, n, format } = useText();
  const { entity, preview, plan, onPlan } = part;
  const text = useText();
  const taken = Object.values(plan.mapping).filter((field) => field !== null).length;
  const missing = missingFields(entity, plan.mapping);
  return (
    <Card
      flush
      title={t("import.step.columns")}
      aside={t("import.taken", { taken, total: preview.headers.length })}
    >
      {saved}
      {preview.before && fresh && (
        <p className="flex flex-wrap items-center gap-x-3 border-line-soft border-b px-4 py-2 text-sm text-text-2">
          {t("import.before")}
          <button
            type="button"
            className="page-link touch:min-h-11"
            onClick={() => onPlan(reguessed(entity, preview, plan))}
          >
            {t("import.guess_again")}
          </button>
        </p>
      )}
      <table className="w-full text-body touch:block">
        <thead className="text-left text-text-3 text-xs touch:sr-only">
          <tr className="*:h-8 *:border-line-soft *:border-b *:px-4 *:font-regular">
            <th scope="col">{t("import.column")}</th>
            <td />
            <th scope="col" className="w-80">
              {t("import.field")}
            </th>
          </tr>
        </thead>
        <tbody className="touch:block">
          {preview.headers.map((header, position) => (
            <ColumnRow key={header} {...part} header={header} position={position} />
          ))}
        </tbody>
      </table>
      {missing.length > 0 && (
        <p className="flex gap-2 border-line border-t bg-warn-soft px-4 py-2.5 text-body leading-read">
          <StatusShape tone="warn" className="mt-1.5" />
          {n("import.missing", missing.length, {
            fields: format.list(missing.map((field) => fieldLabel(text, entity, field.name))),
          })}
        </p>
      )}
    </Card>
  );
}

function ColumnRow(props: PlanPartProps & { header: string; position: number }) {
  const text = useText();
  const { t } = text;
  const { entity, preview, plan, onPlan, header, position } = props;
  const field = plan.mapping[header] ?? null;
  const samples = samplesOf(preview, position);
  return (
    <tr className="border-line-soft not-last:border-b *:px-4 *:py-1.5 touch:grid touch:gap-1.5 touch:px-4 touch:py-3 touch:*:px-0! touch:*:py-0!">
      <th scope="row" className="max-w-0 text-left font-regular touch:max-w-none">
        <span className={classNames("block truncate", field ? "font-medium" : "text-text-2")}>{header}</span>
        <span className="block truncate text-text-3 text-xs">
          {samples.length > 0 ? samples.join(" · ") : t("import.no_sample")}
        </span>
      </th>
      <td className="w-8 px-0! text-center touch:hidden">
        <ArrowRight
          size={16}
          aria-hidden="true"
          className={classNames("inline", field ? "text-accent-text" : "text-text-3 opacity-50")}
        />
      </td>
      <td className="w-80 touch:w-auto">
        <select
          aria-label={t("import.field_of", { column: header })}
          className={classNames("control choice", !field && "text-text-3!")}
          value={field ?? ""}
          onChange={(event) => onPlan(assign(entity, plan, header, event.target.value || null))}
        >
          <option value="">{t("import.ignored")}</option>
          {importableFields(entity).map(({ name, required }) => (
            <option key={name} value={name}>
              {fieldLabel(text, entity, name)}
              {required && " *"}
            </option>
          ))}
        </select>
      </td>
    </tr>
  );
}
