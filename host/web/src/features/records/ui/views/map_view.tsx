import type { EntityDefinition, RecordData } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { Maximize, Minus, Plus } from "lucide-react";
import { type PointerEvent, useEffect, useRef, useState } from "react";
import { Link, useNavigate } from "react-router";
import { manyQuery } from "../../../../shared/api/aggregate";
import { recordPath } from "../../../../shared/api/app";
import { titleOf } from "../../../../shared/api/title";
import { useText } from "../../../../shared/i18n/text";
import { IconButton } from "../../../../shared/ui/overlay";
import { phone, useMedia } from "../../../../shared/ui/preferences";
import { Notice } from "../../../../shared/ui/states";
import { type Geo, isGeo } from "../../../../shared/values/structured";
import { bounded, fitting, graticule, mapRatio, type Window, zoomed } from "../../api/geo_view";
import { narrowingOf, recordColour } from "../../api/views";
import { Square } from "./chart_shapes";
import { Partly, ViewOf, type ViewProps } from "./view_frame";

interface Point {
  record: RecordData;
  geo: Geo;
  colour: string;
}

/** Positions on a plain graticule; nothing is read from another server. */
export function MapView({ entity, list }: ViewProps) {
  const { t } = useText();
  const view = entity.views?.map;
  const point = view?.point ?? "";
  const query = useQuery(manyQuery(entity, narrowingOf(list, `has(${point})`), list.sort));
  return (
    <ViewOf entity={entity} query={query}>
      {({ data, meta }) => {
        const points = data.flatMap((record): Point[] => {
          const geo = record[point];
          return isGeo(geo) ? [{ record, geo, colour: recordColour(entity, view?.color, record) }] : [];
        });
        return (
          <>
            {points.length === 0 ? (
              <Notice className="flex-1 content-center" title={t("view.empty")} />
            ) : (
              <PointMap entity={entity} points={points} />
            )}
            <Partly shown={data.length} total={meta.total} />
          </>
        );
      }}
    </ViewOf>
  );
}

const step = 0.6;

interface Projection {
  x(longitude: number): number;
  y(latitude: number): number;
}

function projection({ latitude, longitude, span }: Window, width: number): Projection {
  const height = width / mapRatio;
  return {
    x: (at) => ((at - longitude) / span + 0.5) * width,
    y: (at) => ((latitude - at) / (span / mapRatio) + 0.5) * height,
  };
}

function PointMap({ entity, points }: { entity: EntityDefinition; points: Point[] }) {
  const { t } = useText();
  const all = points.map((point) => point.geo);
  const [window, setWindow] = useState(() => fitting(all));
  return (
    <div className="grid min-h-0 flex-1 grid-cols-[minmax(0,1fr)_18rem] narrow:grid-cols-1 narrow:content-start narrow:overflow-y-auto">
      <div className="relative min-h-0 p-3">
        <Globe entity={entity} points={points} window={window} setWindow={setWindow} />
        <div className="absolute top-5 right-5 grid gap-1">
          <IconButton edged label={t("map.zoom_in")} onClick={() => setWindow(zoomed(window, step))}>
            <Plus size={16} aria-hidden="true" />
          </IconButton>
          <IconButton edged label={t("map.zoom_out")} onClick={() => setWindow(zoomed(window, 1 / step))}>
            <Minus size={16} aria-hidden="true" />
          </IconButton>
          <IconButton edged label={t("map.fit")} onClick={() => setWindow(fitting(all))}>
            <Maximize size={16} aria-hidden="true" />
          </IconButton>
        </div>
      </div>
      <PointList
        entity={entity}
        points={points}
        onShow={(geo) => setWindow(bounded({ ...geo, span: window.span }))}
      />
    </div>
  );
}

interface GlobeProps {
  entity: EntityDefinition;
  points: Point[];
  window: Window;
  setWindow: (window: Window) => void;
}

/** Dragged and zoomed by pointer and wheel; the buttons and the list beside it do the same by keyboard. */
function Globe({ entity, points, window, setWindow }: GlobeProps) {
  const { t, format } = useText();
  const navigate = useNavigate();
  const drawing = useRef<SVGSVGElement>(null);
  const grip = useRef<{ x: number; y: number; window: Window }>(undefined);
  // Its figures and points keep their size on narrow screens.
  const small = useMedia(phone);
  const width = small ? 380 : 1000;
  const most = small ? 3 : 6;
  const height = width / mapRatio;
  const { x, y } = projection(window, width);
  const perPixel = () => window.span / Math.max(1, drawing.current?.clientWidth ?? width);
  const latest = useRef({ window, setWindow });
  latest.current = { window, setWindow };
  useEffect(() => {
    const svg = drawing.current;
    // React listens to the wheel passively, so that the page would scroll as well.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const now = latest.current;
      now.setWindow(zoomed(now.window, event.deltaY > 0 ? 1.2 : 1 / 1.2));
    };
    svg?.addEventListener("wheel", onWheel, { passive: false });
    return () => svg?.removeEventListener("wheel", onWheel);
  }, []);
  const drag = (event: PointerEvent) => {
    if (!grip.current) return;
    const by = perPixel();
    setWindow(
      bounded({
        span: window.span,
        longitude: grip.current.window.longitude - (event.clientX - grip.current.x) * by,
        latitude: grip.current.window.latitude + (event.clientY - grip.current.y) * by,
      }),
    );
  };
  const half = window.span / 2;
  const meridians = graticule(window.longitude - half, window.longitude + half, most);
  const parallels = graticule(window.latitude - half / mapRatio, window.latitude + half / mapRatio, most);
  const degrees = (value: number) => `${format.number(value)}°`;
  return (
    <svg
      ref={drawing}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={t("map.label")}
      onPointerDown={(event) => {
        grip.current = { x: event.clientX, y: event.clientY, window };
      }}
      onPointerMove={drag}
      onPointerUp={() => {
        grip.current = undefined;
      }}
      onPointerLeave={() => {
        grip.current = undefined;
      }}
      className="block w-full cursor-grab touch-none rounded-card border border-line bg-subtle active:cursor-grabbing"
    >
      {meridians.map((longitude) => (
        <g key={longitude}>
          <line
            x1={x(longitude)}
            x2={x(longitude)}
            y1="0"
            y2={height}
            stroke={longitude === 0 ? "var(--line-control)" : "var(--line)"}
          />
          <text x={x(longitude) + 4} y={height - 6} fontSize="13" fill="var(--text-3)">
            {degrees(longitude)}
          </text>
        </g>
      ))}
      {parallels.map((latitude) => (
        <g key={latitude}>
          <line
            x1="0"
            x2={width}
            y1={y(latitude)}
            y2={y(latitude)}
            stroke={latitude === 0 ? "var(--line-control)" : "var(--line)"}
          />
          <text x="6" y={y(latitude) - 4} fontSize="13" fill="var(--text-3)">
            {degrees(latitude)}
          </text>
        </g>
      ))}
      {points.map(({ record, geo, colour }) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: the list beside the map has the same as links
        <circle
          key={record.id}
          cx={x(geo.longitude)}
          cy={y(geo.latitude)}
          r="8"
          fill={colour}
          stroke="var(--surface)"
          strokeWidth="2"
          className="cursor-pointer"
          onClick={() => void navigate(recordPath(entity, record.id))}
        >
          <title>{titleOf(entity, record)}</title>
        </circle>
      ))}
    </svg>
  );
}

function PointList({
  entity,
  points,
  onShow,
}: {
  entity: EntityDefinition;
  points: Point[];
  onShow: (geo: Geo) => void;
}) {
  const { t, format } = useText();
  return (
    <aside
      aria-label={t("map.points")}
      className="min-h-0 overflow-y-auto overscroll-contain border-line border-l narrow:border-t narrow:border-l-0"
    >
      <ul>
        {points.map(({ record, geo, colour }) => (
          <li
            key={record.id}
            className="flex items-center gap-2.5 border-line-soft border-b px-4 py-2 text-body touch:min-h-11"
          >
            <Square colour={colour} />
            <Link
              to={recordPath(entity, record.id)}
              className="min-w-0 flex-1 truncate font-medium hover:underline underline-offset-3"
              onFocus={() => onShow(geo)}
            >
              {titleOf(entity, record)}
            </Link>
            <span className="shrink-0 text-text-3 text-xs">
              {format.number(geo.latitude, 2)}° {format.number(geo.longitude, 2)}°
            </span>
          </li>
        ))}
      </ul>
    </aside>
  );
}
