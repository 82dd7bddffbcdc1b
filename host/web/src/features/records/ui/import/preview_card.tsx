import { Card, classNames } from "@opsflux/ui";
import { fieldLabel } from "../../../../shared/i18n/entity_text";
import { useText } from "../../../../shared/i18n/text";
import type { PlanPartProps } from "./columns_card";

/** The first rows as the file has them; the columns that are left out stand back. */
export function PreviewCard({ entity, preview, plan }: PlanPartProps) {
  const text = useText();
  const { t, format } = text;
  const title = t("import.step.preview");
  const field = (header: string) => plan.mapping[header] ?? null;
  const back = (header: string) => (field(header) ? undefined : "text-text-3!");
  return (
    <Card flush title={title} aside={preview.rows.length}>
      <div tabIndex={0} data-focus="inside" data-scroll="sideways" className="overflow-x-auto">
        <table className="min-w-full text-sm">
          <thead className="text-left">
            <tr className="align-bottom *:border-line *:border-b *:px-3 *:py-1.5">
              <th scope="col" className="w-12 text-right font-regular text-text-3 text-xs">
                {t("import.problem.row")}
              </th>
              {preview.headers.map((header) => (
                <th key={header} scope="col" className={classNames("max-w-60 font-regular", back(header))}>
                  <span className="block truncate text-text-3 text-xs">{header}</span>
                  <span className="block truncate font-medium">
                    {field(header) ? fieldLabel(text, entity, field(header) ?? "") : t("import.ignored")}
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {preview.rows.map(({ row, cells }) => (
              <tr key={row} className="border-line-soft not-last:border-b *:h-8 *:px-3">
                <td className="text-right text-text-3 text-xs">{format.number(row)}</td>
                {preview.headers.map((header, position) => (
                  <td key={header} className={classNames("max-w-60 truncate", back(header))}>
                    {cells[position]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
