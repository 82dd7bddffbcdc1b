import { classNames, type EntityDefinition, type RecordData } from "@opsflux/ui";
import { type ReactNode, useEffect, useRef } from "react";
import { Link } from "react-router";
import { recordPath } from "../../../../shared/api/app";
import { titleOf } from "../../../../shared/api/title";
import { entityWord } from "../../../../shared/i18n/entity_text";
import { useText } from "../../../../shared/i18n/text";
import { phone, useMedia } from "../../../../shared/ui/preferences";
import { addDays, type Day, today } from "../../api/days";
import type { ListControl } from "../../api/list_state";
import { fineTicks, monthTicks, type TimeAxis, timeAxis, type Zoom, zooms } from "../../api/time_axis";
import { Segments } from "./view_frame";

/** A line of the table and what lies beside it on the axis. */
export interface TimeRow {
  key: string;
  /** A head above rows instead of a record. */
  head?: ReactNode;
  record?: RecordData;
  level?: number;
  from?: Day;
  to?: Day;
  colour?: string;
  /** From 0 to 100. */
  progress?: number;
  /** What the bar waits for, by the keys of their rows. */
  after?: string[];
}

export const rowHeight = 36;
const barHeight = 18;
const headHeight = 48;

const indents = ["pl-4", "pl-9", "pl-14", "pl-19", "pl-24"];

export interface TimeChartProps {
  entity: EntityDefinition;
  list: ListControl;
  rows: TimeRow[];
}

export function zoomOf(list: ListControl): Zoom {
  return zooms.find((zoom) => zoom === list.span) ?? "month";
}

/** A table and a time axis that share their rows. */
export function TimeChart({ entity, list, rows }: TimeChartProps) {
  const text = useText();
  const { t } = text;
  const zoom = zoomOf(list);
  const isPhone = useMedia(phone);
  const side = isPhone ? 132 : 280;
  const scroller = useRef<HTMLDivElement>(null);
  const days = rows.flatMap((row) => [row.from, row.to]).filter((day) => day !== undefined);
  const axis = timeAxis(days, zoom, today());
  const start = Math.max(0, axis.x(today()) - 240);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another scale begins at today again
  useEffect(() => {
    scroller.current?.scrollTo({ left: start });
  }, [zoom]);
  return (
    <>
      <div className="flex shrink-0 items-center justify-between gap-3 border-line border-b px-4 py-1.5">
        <p className="min-w-0 text-sm text-text-2">{t("axis.undated")}</p>
        <Segments
          label={t("axis.zoom")}
          value={zoom}
          options={zooms.map((value) => ({ value, label: t(`axis.${value}`) }))}
          onChange={(next) => list.set({ span: next === "month" ? undefined : next })}
        />
      </div>
      <section
        ref={scroller}
        tabIndex={0}
        data-focus="inside"
        aria-label={entityWord(text, entity, "many")}
        className="scroll-quiet min-h-0 flex-1 overflow-auto overscroll-contain"
      >
        <div className="relative" style={{ width: side + axis.width }}>
          <AxisHead axis={axis} zoom={zoom} side={side} />
          <div className="relative">
            <Grid axis={axis} zoom={zoom} side={side} height={rows.length * rowHeight} />
            <Arrows axis={axis} rows={rows} side={side} />
            <ul>
              {rows.map((row) => (
                <RowLine key={row.key} entity={entity} row={row} axis={axis} side={side} rows={rows} />
              ))}
            </ul>
          </div>
        </div>
      </section>
    </>
  );
}

interface AxisProps {
  axis: TimeAxis;
  zoom: Zoom;
  side: number;
}

function AxisHead({ axis, zoom, side }: AxisProps) {
  const { format } = useText();
  const noon = (day: Day) => new Date(`${day}T12:00:00`);
  return (
    <div
      aria-hidden="true"
      className="sticky top-0 z-20 flex border-line border-b bg-subtle text-text-3 text-xs"
      style={{ height: headHeight }}
    >
      <div className="sticky left-0 z-10 shrink-0 border-line border-r bg-subtle" style={{ width: side }} />
      <div className="relative overflow-hidden" style={{ width: axis.width }}>
        {monthTicks(axis).map(({ day, width }) => (
          <span
            key={day}
            className="absolute top-0 overflow-hidden border-line border-l px-1.5 pt-1 whitespace-nowrap text-text-2"
            style={{ left: axis.x(day), width, height: headHeight }}
          >
            {width > 110 ? format.month(noon(day)) : format.monthShort(noon(day))}
          </span>
        ))}
        {fineTicks(axis, zoom).map(({ day, width }) => (
          <span
            key={day}
            className="absolute bottom-1 text-center whitespace-nowrap"
            style={{ left: axis.x(day), width: Math.max(width, 20) }}
          >
            {Number(day.slice(8))}
          </span>
        ))}
      </div>
    </div>
  );
}

/** Months, and where today is. */
function Grid({ axis, zoom, side, height }: AxisProps & { height: number }) {
  const now = axis.x(today()) + axis.perDay / 2;
  const lines =
    zoom === "week" ? fineTicks(axis, zoom).filter((_, place) => place % 7 === 0) : monthTicks(axis);
  return (
    <svg
      aria-hidden="true"
      className="pointer-events-none absolute top-0"
      style={{ left: side }}
      width={axis.width}
      height={height}
    >
      {lines.map(({ day }) => (
        <line key={day} x1={axis.x(day)} x2={axis.x(day)} y1="0" y2={height} stroke="var(--line-soft)" />
      ))}
      <line
        x1={now}
        x2={now}
        y1="0"
        y2={height}
        stroke="var(--accent)"
        strokeWidth="1.5"
        strokeDasharray="4 3"
      />
    </svg>
  );
}

const endOf = (axis: TimeAxis, row: TimeRow) => axis.x(addDays(row.to ?? row.from ?? axis.from, 1));
const middleOf = (place: number) => place * rowHeight + rowHeight / 2;

/** From the end of what comes first to the beginning of what waits for it. */
function Arrows({ axis, rows, side }: { axis: TimeAxis; rows: TimeRow[]; side: number }) {
  const places = new Map(rows.map((row, place) => [row.key, place]));
  const lines = rows.flatMap((row, place) =>
    (row.after ?? []).flatMap((key) => {
      const before = places.get(key);
      const other = before === undefined ? undefined : rows[before];
      if (before === undefined || !other?.from || !row.from) return [];
      const [x1, y1, x2, y2] = [endOf(axis, other), middleOf(before), axis.x(row.from), middleOf(place)];
      const turn = Math.max(x1 + 6, Math.min(x2 - 6, x1 + 10));
      // Where there is no room between them the line goes round between the rows.
      const path =
        x2 - 6 >= x1 + 6
          ? `M${x1} ${y1}H${turn}V${y2}H${x2 - 2}`
          : `M${x1} ${y1}h6V${(y1 + y2) / 2}H${x2 - 8}V${y2}H${x2 - 2}`;
      return [{ key: `${key}>${row.key}`, path, x: x2, y: y2 }];
    }),
  );
  if (lines.length === 0) return null;
  return (
    <svg
      aria-hidden="true"
      className="pointer-events-none absolute top-0 z-1"
      style={{ left: side }}
      width={axis.width}
      height={rows.length * rowHeight}
    >
      {lines.map(({ key, path, x, y }) => (
        <g key={key} data-after={key}>
          <path d={path} fill="none" stroke="var(--line-control)" strokeWidth="1.5" />
          <path d={`M${x} ${y}l-6 -3.5v7z`} fill="var(--line-control)" />
        </g>
      ))}
    </svg>
  );
}

interface RowLineProps {
  entity: EntityDefinition;
  row: TimeRow;
  rows: TimeRow[];
  axis: TimeAxis;
  side: number;
}

function RowLine({ entity, row, rows, axis, side }: RowLineProps) {
  const { record } = row;
  return (
    <li
      className={classNames("flex border-line-soft border-b", row.head !== undefined && "bg-subtle")}
      style={{ height: rowHeight }}
    >
      <div
        className={classNames(
          "sticky left-0 z-10 flex shrink-0 items-center border-line border-r pr-3 text-body",
          row.head !== undefined ? "bg-subtle font-medium" : "bg-surface",
          indents[Math.min(4, row.level ?? 0)],
        )}
        style={{ width: side }}
      >
        {row.head !== undefined && <span className="truncate">{row.head}</span>}
        {record && (
          <Link
            to={recordPath(entity, record.id)}
            className="min-w-0 truncate text-text hover:underline underline-offset-3"
          >
            {titleOf(entity, record)}
          </Link>
        )}
      </div>
      {record && row.from && <BarOf entity={entity} row={row} rows={rows} axis={axis} record={record} />}
    </li>
  );
}

function BarOf({ entity, row, rows, axis, record }: Omit<RowLineProps, "side"> & { record: RecordData }) {
  const { t, format } = useText();
  const from = row.from ?? axis.from;
  const to = row.to ?? from;
  const left = axis.x(from);
  const width = Math.max(6, endOf(axis, row) - left);
  const name = titleOf(entity, record);
  const before = (row.after ?? [])
    .map((key) => rows.find((other) => other.key === key)?.record)
    .filter((other) => other !== undefined)
    .map((other) => titleOf(entity, other));
  const label = [
    t("axis.bar", { name, from: format.date(from), to: format.date(to) }),
    row.progress !== undefined && format.percent(row.progress / 100),
    before.length > 0 && t("axis.after", { names: format.list(before) }),
  ]
    .filter(Boolean)
    .join(" · ");
  return (
    <div className="relative flex-1">
      <svg
        role="img"
        aria-label={label}
        className="absolute overflow-visible"
        style={{ left, top: (rowHeight - barHeight) / 2 }}
        width={width}
        height={barHeight}
      >
        <title>{label}</title>
        <rect
          width={width}
          height={barHeight}
          rx="4"
          fill={row.colour ?? "var(--accent)"}
          opacity={row.progress === undefined ? 0.85 : 0.35}
        />
        {row.progress !== undefined && row.progress > 0 && (
          <rect
            width={(width * Math.min(100, row.progress)) / 100}
            height={barHeight}
            rx="4"
            fill={row.colour ?? "var(--accent)"}
          />
        )}
      </svg>
    </div>
  );
}
