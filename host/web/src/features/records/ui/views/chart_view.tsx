import { Button, Card, type ChartView as Chart, type EntityDefinition } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { ChartColumn, Table2 } from "lucide-react";
import { useId, useMemo, useState } from "react";
import { aggregateQuery, type Groups } from "../../../../shared/api/aggregate";
import { chartLabel, fieldLabel, findField } from "../../../../shared/i18n/entity_text";
import { useText } from "../../../../shared/i18n/text";
import { phone, useMedia } from "../../../../shared/ui/preferences";
import { type ChartData, chartData, chartGroups, measureName } from "../../api/charts";
import { both, colourOf, narrowingOf } from "../../api/views";
import { Columns, Lines, Pie, Square } from "./chart_shapes";
import { ViewOf, type ViewProps } from "./view_frame";

/** Each chart of the definition, over all that the filter finds. */
export function ChartView({ entity, list }: ViewProps) {
  return (
    <div tabIndex={0} data-focus="inside" className="min-h-0 flex-1 overflow-y-auto overscroll-contain p-4">
      <div className="grid grid-cols-2 items-start gap-4 narrow:grid-cols-1">
        {(entity.views?.chart ?? []).map((chart) => (
          <OneChart key={chart.id} entity={entity} list={list} chart={chart} />
        ))}
      </div>
    </div>
  );
}

function OneChart({ entity, list, chart }: ViewProps & { chart: Chart }) {
  const measure = measureName(chart);
  const narrowing = narrowingOf(list);
  const query = useQuery(
    aggregateQuery(entity, {
      ...narrowing,
      filter: both(narrowing.filter, chart.filter),
      group: chartGroups(entity, chart),
      measures: measure ? [measure] : [],
    }),
  );
  return (
    <ViewOf entity={entity} query={query}>
      {(groups) => <ChartCard entity={entity} chart={chart} groups={groups} />}
    </ViewOf>
  );
}

interface ChartCardProps {
  entity: EntityDefinition;
  chart: Chart;
  groups: Groups;
}

/** The drawing, and the same figures as a table for whoever does not see it, or wants to read them. */
function ChartCard({ entity, chart, groups }: ChartCardProps) {
  const text = useText();
  const { t } = text;
  const [asTable, setAsTable] = useState(false);
  const titleId = useId();
  const data = useMemo(() => chartData(text, entity, chart, groups.data), [text, entity, chart, groups]);
  const title = chartLabel(text, entity, chart.id);
  const empty = data.points.every((point) => Object.keys(point.values).length === 0);
  return (
    <Card
      title={<span id={titleId}>{title}</span>}
      aside={
        <Button
          kind="quiet"
          aria-pressed={asTable}
          className="h-7! touch:h-11!"
          icon={
            asTable ? <ChartColumn size={14} aria-hidden="true" /> : <Table2 size={14} aria-hidden="true" />
          }
          onClick={() => setAsTable(!asTable)}
        >
          {t(asTable ? "chart.chart" : "chart.table")}
        </Button>
      }
    >
      {empty ? (
        <p className="py-10 text-center text-body text-text-2">{t("chart.empty")}</p>
      ) : (
        <>
          {!asTable && <Drawing entity={entity} chart={chart} data={data} />}
          <ChartTable entity={entity} chart={chart} data={data} titleId={titleId} hidden={!asTable} />
        </>
      )}
      {groups.meta.truncated && <p className="mt-2 text-text-3 text-xs">{t("chart.truncated")}</p>}
    </Card>
  );
}

function Drawing({ entity, chart, data }: { entity: EntityDefinition; chart: Chart; data: ChartData }) {
  const text = useText();
  const width = useMedia(phone) ? 340 : 560;
  if (chart.kind === "pie") {
    const field = findField(entity, chart.group);
    const colour = (key: string, position: number) => colourOf(field, key, position);
    return <Pie data={data} colour={colour} />;
  }
  const measured = measureName(chart) && findField(entity, chart.measure?.field ?? "");
  // Durations are drawn in hours.
  const unit = measured && measured.type === "duration" ? "\u00a0h" : "";
  const axis = (value: number) => text.format.compact(value) + unit;
  const shape =
    chart.kind === "bar" ? (
      <Columns data={data} axis={axis} width={width} />
    ) : (
      <Lines data={data} axis={axis} width={width} filled={chart.kind === "area"} />
    );
  return (
    <>
      {shape}
      {data.series.length > 1 && (
        <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-sm text-text-2">
          {data.series.map((series) => (
            <li key={series.key} className="inline-flex items-center gap-1.5">
              <Square colour={series.colour} />
              {series.name}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

interface ChartTableProps {
  entity: EntityDefinition;
  chart: Chart;
  data: ChartData;
  titleId: string;
  hidden: boolean;
}

function ChartTable({ entity, chart, data, titleId, hidden }: ChartTableProps) {
  const text = useText();
  const measured = chart.measure?.field && measureName(chart) ? chart.measure.field : undefined;
  const figure = measured ? fieldLabel(text, entity, measured) : text.t("chart.count");
  const cell = "border-line-soft border-b px-2 py-1.5";
  return (
    <div className={hidden ? "sr-only" : "overflow-x-auto"}>
      <table aria-labelledby={titleId} className="w-full text-sm">
        <thead>
          <tr>
            <th scope="col" className={`${cell} text-left text-text-3`}>
              {fieldLabel(text, entity, chart.group)}
            </th>
            {data.series.map((series) => (
              <th key={series.key} scope="col" className={`${cell} text-right text-text-3`}>
                {series.name || figure}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.points.map((point) => (
            <tr key={point.key}>
              <th scope="row" className={`${cell} text-left font-regular`}>
                {point.name}
              </th>
              {data.series.map((series) => (
                <td key={series.key} className={`${cell} text-right`}>
                  {point.shown[series.key] ?? "–"}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
