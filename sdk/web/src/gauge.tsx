import { classNames } from "./class_names";

export type GaugeTone = "accent" | "ok" | "warn" | "danger" | "info";

export interface GaugeProps {
  value: number;
  min?: number;
  max?: number;
  /** Where the mark stands. Without a tone of its own the gauge is red below it and amber just above. */
  limit?: number;
  tone?: GaugeTone;
  notches?: number;
  /** Fills the width instead of taking the width of its notches. */
  wide?: boolean;
  /** Shows the limit as a mark on the gauge. */
  mark?: boolean;
  className?: string;
}

const fills: Record<GaugeTone, string> = {
  accent: "bg-accent",
  ok: "bg-ok",
  warn: "bg-warn",
  danger: "bg-danger",
  info: "bg-info",
};

/** Within this share of the range above the limit a value is near it. */
const nearShare = 0.15;

export function gaugeTone(value: number, limit: number | undefined, min: number, max: number): GaugeTone {
  if (limit === undefined) return "accent";
  if (value < limit) return "danger";
  return value < limit + (max - min) * nearShare ? "warn" : "ok";
}

/**
 * The notched gauge: one shape for score, capacity, progress and validity. It is decoration for a figure that
 * stands beside it as text, and is therefore hidden from assistive technology.
 */
export function Gauge(props: GaugeProps) {
  const { value, min = 0, max = 100, limit, notches = 10, wide, mark, className } = props;
  const share = max > min ? Math.min(1, Math.max(0, (value - min) / (max - min))) : 0;
  const fill = fills[props.tone ?? gaugeTone(value, limit, min, max)];
  const lit = share * notches;
  return (
    <span
      aria-hidden="true"
      className={classNames("relative inline-flex gap-(--notch-gap)", wide && "flex w-full", className)}
    >
      {Array.from({ length: notches }, (_, notch) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: a notch is its position
          key={notch}
          className={classNames(
            "h-(--notch-h) overflow-hidden rounded-[1px] bg-notch-off",
            wide ? "flex-1" : "w-(--notch-w)",
          )}
        >
          {lit > notch && (
            <span
              className={classNames("block h-full", fill)}
              style={{ width: `${Math.round(Math.min(1, lit - notch) * 100)}%` }}
            />
          )}
        </span>
      ))}
      {mark && limit !== undefined && (
        <span
          className="absolute -inset-y-0.5 w-0.5 rounded-full bg-text"
          style={{ left: `${((limit - min) / (max - min)) * 100}%` }}
        />
      )}
    </span>
  );
}
