import { Card } from "@opsflux/ui";
import { TableProperties } from "lucide-react";
import type { Plan, PlanTable } from "../../../shared/api/modules";
import { useText } from "../../../shared/i18n/text";
import { Nothing, Sign } from "./plan_row";

export function TablesCard({ plan }: { plan: Plan }) {
  const { t, n } = useText();
  const count = (change: PlanTable["change"]) =>
    plan.tables.filter((table) => table.change === change).length;
  return (
    <Card
      flush
      icon={<TableProperties size={16} aria-hidden="true" />}
      title={t("plan.tables")}
      aside={[
        n("plan.tables_made", count("+")),
        count("~") > 0 && n("plan.tables_changed", count("~")),
        n("plan.tables_dropped", count("-")),
      ]
        .filter(Boolean)
        .join(", ")}
    >
      {plan.tables.length === 0 ? (
        <Nothing>{t("plan.tables_none")}</Nothing>
      ) : (
        <div className="columns-2 gap-x-8 p-3.5 touch:columns-1 *:break-inside-avoid *:not-last:mb-4">
          {plan.tables.map((table) => (
            <TableChange key={table.name} table={table} />
          ))}
        </div>
      )}
    </Card>
  );
}

/** The columns that every entity's table has. */
const commonColumns = new Set([
  "id",
  "version",
  "created_at",
  "created_by",
  "updated_at",
  "updated_by",
  "deleted_at",
]);

function TableChange({ table }: { table: PlanTable }) {
  const { n } = useText();
  const own = table.columns.filter((column) => !commonColumns.has(column.name));
  const common = table.columns.length - own.length;
  const facts =
    table.change === "+"
      ? [
          n("plan.columns", table.columns.length),
          table.indexes !== undefined && n("plan.indexes", table.indexes),
        ]
      : [table.rows !== undefined && n("plan.rows", table.rows)];
  return (
    <div>
      <p className="flex flex-wrap items-baseline justify-between gap-x-3">
        <span className="min-w-0 truncate">
          <Sign change={table.change} /> <code className="font-mono font-strong text-sm">{table.name}</code>
        </span>
        <span className="text-text-3 text-xs">{facts.filter(Boolean).join(" · ")}</span>
      </p>
      {table.change === "+" ? (
        <p className="mt-1 pl-4 font-mono text-text-2 text-xs leading-read">
          {own.map((column) => column.name).join(", ")}
          {common > 0 && <span className="font-sans text-text-3"> {n("plan.common_columns", common)}</span>}
        </p>
      ) : (
        <ul className="mt-1 pl-4 font-mono text-xs leading-read">
          {table.columns.map((column) => (
            <li key={column.name}>
              <Sign change={column.change} /> <span className="text-ok-text">{column.name}</span>{" "}
              <span className="text-text-2">{column.type}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
