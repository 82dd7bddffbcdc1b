import { scaleBand, scaleLinear, scalePoint } from "d3-scale";
import { arc, area, line, pie } from "d3-shape";
import type { ReactNode } from "react";
import type { ChartData, ChartPoint } from "../../api/charts";

const height = 240;
const left = 48;
const bottom = 26;
const top = 10;
const right = 10;

type Axis = (value: number) => string;

export interface ShapeProps {
  data: ChartData;
  axis: Axis;
  /** Of the drawing; its figures keep their size on narrow screens. */
  width: number;
}

/** What ties a name to its colour. */
export function Square({ colour }: { colour: string }) {
  return (
    <svg viewBox="0 0 10 10" aria-hidden="true" className="size-2.5 shrink-0">
      <rect width="10" height="10" rx="2" fill={colour} />
    </svg>
  );
}

const total = (point: ChartPoint) =>
  Object.values(point.values).reduce((sum, value) => sum + Math.max(0, value), 0);
const lowest = (points: ChartPoint[]) =>
  Math.min(0, ...points.flatMap((point) => Object.values(point.values)));

/** What a name below the axis takes. */
const nameWidth = 66;

/** The grid behind a drawing; figures stand in the table beside it, so all of this is decoration. */
function Plot({
  data,
  axis,
  width,
  y,
  x,
  children,
}: ShapeProps & {
  y: ReturnType<typeof scaleLinear<number, number>>;
  x: (key: string) => number;
  children: ReactNode;
}) {
  // Between one job and two there is none.
  const whole = data.points.every((point) => Object.values(point.values).every(Number.isInteger));
  const mostNames = Math.max(1, Math.floor((width - left) / nameWidth));
  const every = Math.ceil(data.points.length / mostNames);
  return (
    <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true" className="w-full">
      {y
        .ticks(5)
        .filter(whole ? Number.isInteger : () => true)
        .map((tick) => (
          <g key={tick}>
            <line x1={left} x2={width - right} y1={y(tick)} y2={y(tick)} stroke="var(--line-soft)" />
            <text x={left - 6} y={y(tick) + 4} textAnchor="end" fontSize="11" fill="var(--text-3)">
              {axis(tick)}
            </text>
          </g>
        ))}
      <line x1={left} x2={width - right} y1={y(0)} y2={y(0)} stroke="var(--line)" />
      {children}
      {data.points.map(
        (point, position) =>
          position % every === 0 && (
            <text
              key={point.key}
              x={x(point.key)}
              y={height - 8}
              textAnchor="middle"
              fontSize="11"
              fill="var(--text-2)"
            >
              {shortened(point.name, (width - left) / Math.min(data.points.length, mostNames))}
            </text>
          ),
      )}
    </svg>
  );
}

const letterWidth = 6.2;

function shortened(name: string, space: number): string {
  const room = Math.max(5, Math.floor(space / letterWidth));
  return name.length > room ? `${name.slice(0, room - 1)}…` : name;
}

const upright = (data: ChartData, highest: number) =>
  scaleLinear()
    .domain([lowest(data.points), Math.max(highest, 1e-9)])
    .nice()
    .range([height - bottom, top]);

/** Bars, the series stacked. */
export function Columns({ data, axis, width }: ShapeProps) {
  const x = scaleBand()
    .domain(data.points.map((point) => point.key))
    .range([left, width - right])
    .padding(0.3);
  const y = upright(data, Math.max(...data.points.map(total)));
  const middle = (key: string) => (x(key) ?? 0) + x.bandwidth() / 2;
  return (
    <Plot data={data} axis={axis} width={width} y={y} x={middle}>
      {data.points.map((point) => {
        let up = 0;
        return data.series.map((series) => {
          const value = point.values[series.key] ?? 0;
          const from = value < 0 ? 0 : up;
          if (value > 0) up += value;
          const [a, b] = [y(from), y(from + value)];
          return (
            <rect
              key={`${point.key}/${series.key}`}
              x={x(point.key)}
              width={x.bandwidth()}
              y={Math.min(a, b)}
              height={Math.abs(a - b)}
              fill={series.colour}
            >
              <title>{[point.name, series.name, point.shown[series.key]].filter(Boolean).join(" · ")}</title>
            </rect>
          );
        });
      })}
    </Plot>
  );
}

export function Lines({ data, axis, width, filled }: ShapeProps & { filled: boolean }) {
  const x = scalePoint()
    .domain(data.points.map((point) => point.key))
    .range([left + 14, width - right - 14]);
  const y = upright(data, Math.max(...data.points.flatMap((point) => Object.values(point.values))));
  const at = (key: string) => x(key) ?? 0;
  return (
    <Plot data={data} axis={axis} width={width} y={y} x={at}>
      {data.series.map((series) => {
        const value = (point: ChartPoint) => point.values[series.key] ?? 0;
        const curve = line<ChartPoint>(
          (point) => at(point.key),
          (point) => y(value(point)),
        );
        const ground = area<ChartPoint>(
          (point) => at(point.key),
          y(0),
          (point) => y(value(point)),
        );
        return (
          <g key={series.key}>
            {filled && <path d={ground(data.points) ?? ""} fill={series.colour} opacity="0.18" />}
            <path d={curve(data.points) ?? ""} fill="none" stroke={series.colour} strokeWidth="2" />
            {data.points.map((point) => (
              <circle key={point.key} cx={at(point.key)} cy={y(value(point))} r="3" fill={series.colour}>
                <title>
                  {[point.name, series.name, point.shown[series.key]].filter(Boolean).join(" · ")}
                </title>
              </circle>
            ))}
          </g>
        );
      })}
    </Plot>
  );
}

/** Parts of a whole; each stands with its figure beside the drawing. */
export function Pie({
  data,
  colour,
}: {
  data: ChartData;
  colour: (key: string, position: number) => string;
}) {
  const parts = data.points.filter((point) => total(point) > 0);
  const slices = pie<ChartPoint>().sort(null).value(total)(parts);
  const ring = arc<(typeof slices)[number]>().innerRadius(56).outerRadius(100);
  return (
    <div className="flex flex-wrap items-center gap-5">
      <svg viewBox="-104 -104 208 208" aria-hidden="true" className="w-44 shrink-0">
        {slices.map((slice, position) => (
          <path
            key={slice.data.key}
            d={ring(slice) ?? ""}
            fill={colour(slice.data.key, position)}
            stroke="var(--surface)"
            strokeWidth="2"
          />
        ))}
      </svg>
      <ul className="grid min-w-40 flex-1 gap-1.5 text-body">
        {parts.map((point, position) => (
          <li key={point.key} className="flex items-center gap-2">
            <Square colour={colour(point.key, position)} />
            <span className="min-w-0 flex-1 truncate">{point.name}</span>
            <span className="font-medium">{Object.values(point.shown).join(" · ")}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
