import type { Geo } from "../../../shared/values/structured";

/** What of the globe is shown: degrees, north up. */
export interface Window {
  /** The middle. */
  latitude: number;
  longitude: number;
  /** Degrees of longitude from side to side. */
  span: number;
}

export const mapRatio = 2;
const widest = 360;
const closest = 0.02;

const within = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

/** Never beyond the globe. */
export function bounded({ latitude, longitude, span }: Window): Window {
  const wide = within(span, closest, widest);
  const high = wide / mapRatio;
  return {
    span: wide,
    longitude: within(longitude, -180 + wide / 2, 180 - wide / 2),
    latitude: within(latitude, -90 + high / 2, 90 - high / 2),
  };
}

/** All points, with some room around them. */
export function fitting(points: Geo[]): Window {
  if (points.length === 0) return { latitude: 0, longitude: 0, span: widest };
  const [west, east] = [Math.min, Math.max].map((of) => of(...points.map((point) => point.longitude)));
  const [south, north] = [Math.min, Math.max].map((of) => of(...points.map((point) => point.latitude)));
  const [w = 0, e = 0, s = 0, n = 0] = [west, east, south, north];
  const span = Math.max((e - w) * 1.2, (n - s) * 1.2 * mapRatio, 1);
  return bounded({ latitude: (s + n) / 2, longitude: (w + e) / 2, span });
}

/** Closer or farther around a place, which stays where it is. */
export function zoomed(window: Window, factor: number, around: Geo = window): Window {
  const span = within(window.span * factor, closest, widest);
  const share = span / window.span;
  return bounded({
    span,
    latitude: around.latitude + (window.latitude - around.latitude) * share,
    longitude: around.longitude + (window.longitude - around.longitude) * share,
  });
}

const steps = [90, 60, 45, 30, 15, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005];

/** Where the lines of the graticule are along one axis: about `most` at round degrees. */
export function graticule(low: number, high: number, most = 6): number[] {
  const wanted = (high - low) / most;
  const step = steps.findLast((one) => one >= wanted * 0.99) ?? 90;
  const lines: number[] = [];
  for (let at = Math.ceil(low / step); at * step <= high; at += 1) lines.push(Number((at * step).toFixed(4)));
  return lines;
}
