import type { Bucket, ChartView, EntityDefinition, FieldDefinition } from "@opsflux/ui";
import type { Group } from "../../../shared/api/aggregate";
import { enumLabel, findField } from "../../../shared/i18n/entity_text";
import type { Text } from "../../../shared/i18n/text";
import { currencyOf, isReference } from "../../../shared/values/structured";
import { addDays, addMonths } from "./days";
import { measureNumber, measureText } from "./measures";
import { colourOf } from "./views";

export interface Series {
  key: string;
  name: string;
  colour: string;
}

export interface ChartPoint {
  key: string;
  name: string;
  /** By the key of the series; those without a value are missing. */
  values: Record<string, number>;
  /** The same as people read it. */
  shown: Record<string, string>;
}

export interface ChartData {
  points: ChartPoint[];
  series: Series[];
}

export const groupKey = (chart: ChartView) => (chart.bucket ? `${chart.group}:${chart.bucket}` : chart.group);

export function measureName({ measure }: ChartView): string | undefined {
  return measure?.field && measure.op !== "count" ? `${measure.op}:${measure.field}` : undefined;
}

/** What a chart is grouped by; amounts in currencies of their own are told apart by them. */
export function chartGroups(entity: EntityDefinition, chart: ChartView): string[] {
  const own = chart.measure?.field ? findField(entity, chart.measure.field)?.currency : undefined;
  const groups = [groupKey(chart)];
  if (chart.series) groups.push(chart.series);
  else if (measureName(chart) && own && findField(entity, own)) groups.push(own);
  return groups;
}

function bucketName(text: Text, bucket: string, value: string): string {
  const { format } = text;
  const day = /^\d{4}-\d{2}-\d{2}/.exec(value)?.[0] ?? value;
  if (bucket === "year") return value.slice(0, 4);
  if (bucket === "quarter" && /^\d{4}-Q\d$/.test(value)) return value.replace("-", " ");
  if (bucket === "month" && /^\d{4}-\d{2}/.test(value))
    return format.monthShort(new Date(`${value.slice(0, 7)}-15T12:00:00`));
  return /^\d{4}-\d{2}-\d{2}$/.test(day) ? format.dayShort(day) : value;
}

function nextBucket(bucket: Bucket, key: string): string {
  const year = Number(key.slice(0, 4));
  if (bucket === "year") return String(year + 1);
  if (bucket === "month") return addMonths(`${key}-01`, 1).slice(0, 7);
  if (bucket === "quarter")
    return key.endsWith("4") ? `${year + 1}-Q1` : `${year}-Q${Number(key.at(-1)) + 1}`;
  return addDays(key, bucket === "week" ? 7 : 1);
}

const mostBuckets = 400;

/** All times from the first to the last; where that were too many, only those with records. */
export function filled(keys: string[], bucket: Bucket): string[] {
  const last = keys.at(-1);
  if (last === undefined) return keys;
  const all: string[] = [];
  for (let key = keys[0] ?? last; key < last; key = nextBucket(bucket, key)) {
    all.push(key);
    if (all.length > mostBuckets) return keys;
  }
  return [...all, last];
}

/** A value that records are grouped by, as people read it. */
export function groupName(
  text: Text,
  entity: EntityDefinition,
  field: FieldDefinition | undefined,
  value: unknown,
  label: string | undefined,
  bucket?: string,
): string {
  if (value === null || value === undefined) return text.t("view.none");
  if (bucket) return bucketName(text, bucket, String(value));
  if (field && isReference(field)) return label ?? text.t("reference.hidden");
  switch (field?.type) {
    case "enum":
      return enumLabel(text, entity, field.name, String(value));
    case "boolean":
      return text.t(value === true || value === "true" ? "value.yes" : "value.no");
    case "country":
      return text.format.country(String(value));
    case "currency":
      return text.format.currency(String(value));
    case "date":
      return text.format.dayShort(String(value));
    case "integer":
    case "decimal":
      return text.format.number(String(value));
    case "duration":
      return text.format.span(String(value));
    default:
      return String(value);
  }
}

/** The order of a definition's values; for all else the order in which they come. */
function ordered(field: FieldDefinition | undefined, keys: string[]): string[] {
  const place = (key: string) => {
    const known = field?.values?.indexOf(key) ?? -1;
    return known < 0 ? Number.POSITIVE_INFINITY : known;
  };
  return field?.values ? [...keys].sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b))) : keys;
}

export function chartData(
  text: Text,
  entity: EntityDefinition,
  chart: ChartView,
  groups: Group[],
): ChartData {
  const [key = "", second] = chartGroups(entity, chart);
  const groupField = findField(entity, chart.group);
  const seriesField = second === undefined ? undefined : findField(entity, second);
  const measure = measureName(chart);
  const field = measure && chart.measure?.field ? findField(entity, chart.measure.field) : undefined;
  const keyOf = (value: unknown) => (value === null || value === undefined ? "" : String(value));
  const points = new Map<string, ChartPoint>();
  const series = new Map<string, Series>();
  for (const group of groups) {
    const value = group.group[key];
    const other = second === undefined ? undefined : group.group[second];
    const pointKey = keyOf(value);
    const seriesKey = keyOf(other);
    const label = (name: string) => group._labels?.[name];
    const point = points.get(pointKey) ?? {
      key: pointKey,
      name: groupName(text, entity, groupField, value, label(key), chart.bucket),
      values: {},
      shown: {},
    };
    const figure = measure ? group[measure] : group.count;
    if (figure !== null && figure !== undefined) {
      point.values[seriesKey] = measureNumber(field, figure);
      point.shown[seriesKey] = field
        ? measureText(
            text,
            field,
            chart.measure?.op ?? "count",
            String(figure),
            currencyOf(field, group.group),
          )
        : text.format.number(group.count);
    }
    points.set(pointKey, point);
    if (!series.has(seriesKey))
      series.set(seriesKey, {
        key: seriesKey,
        name: second === undefined ? "" : groupName(text, entity, seriesField, other, label(second)),
        colour: second === undefined ? "var(--accent)" : colourOf(seriesField, other, series.size),
      });
  }
  const order = (names: Iterable<string>, of: FieldDefinition | undefined) => ordered(of, [...names]);
  // Along a time axis what has no date says nothing, and a time without records is a time with none.
  const bucket = chart.bucket;
  const dated = [...points.keys()].filter((name) => name !== "").sort();
  const keys = bucket ? filled(dated, bucket) : order(points.keys(), groupField);
  // An average of nothing is nothing; a number or a sum is nought.
  const counts = !measure || chart.measure?.op === "sum";
  const nought = (name: string): ChartPoint => ({
    key: name,
    name: bucket ? bucketName(text, bucket, name) : name,
    values: counts ? Object.fromEntries([...series.keys()].map((one) => [one, 0])) : {},
    shown: {},
  });
  return {
    points: keys.map((name) => points.get(name) ?? nought(name)),
    series: order(series.keys(), seriesField)
      .map((name) => series.get(name))
      .filter((one) => one !== undefined),
  };
}
