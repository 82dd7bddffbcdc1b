/**
 * The shapes that the host and the front ends of modules share. They mirror the definition files of a
 * module (entities/*.json, manifest.json) as GET /api/v1/app serves them.
 */
import type { ComponentType } from "react";

export type FieldType =
  | "text"
  | "longtext"
  | "richtext"
  | "integer"
  | "decimal"
  | "money"
  | "currency"
  | "boolean"
  | "date"
  | "datetime"
  | "duration"
  | "enum"
  | "enums"
  | "tags"
  | "email"
  | "phone"
  | "url"
  | "country"
  | "color"
  | "address"
  | "geo"
  | "reference"
  | "references"
  | "any"
  | "parent"
  | "user"
  | "group"
  | "json"
  | "file"
  | "files"
  | "image"
  | "sequence";

/** A status is told by a shape as well as a colour; these are the shapes. */
export type Tone = "ok" | "info" | "warn" | "danger" | "draft" | "off";

export type Category = "cat-1" | "cat-2" | "cat-3" | "cat-4" | "cat-5" | "cat-6";

export type Right = "view" | "create" | "edit" | "delete" | "export";

export interface FieldDefinition {
  name: string;
  type: FieldType;
  required?: boolean;
  unique?: boolean;
  /** Set by the module's own code, never by a form. */
  read_only?: boolean;
  /** Length of a text, or the highest value of a number. */
  max?: number;
  min?: number;
  pattern?: string;
  precision?: number;
  scale?: number;
  values?: string[];
  colors?: Record<string, Category>;
  tones?: Record<string, Tone>;
  default?: unknown;
  display?: "gauge";
  /** Where a gauge carries its mark; a value below it is out of bounds. */
  limit?: number;
  /** Target of a reference, for instance "tiers.company". */
  to?: string;
  /** Of money: a currency such as "EUR", or the name of a currency field. */
  currency?: string;
  /** Expressions; the server judges them on every write. */
  computed?: string;
  required_if?: string;
  visible_if?: string;
  read_only_if?: string;
  max_items?: number;
  /** Of files: the media types taken, such as "image/*"; all when not given. */
  accept?: string[];
  /** Of files: bytes of each. */
  max_size?: number;
  /** Said after the figure, for instance "kg". */
  unit?: string;
  /** An example in an empty field of a form. */
  placeholder?: string;
  /** Identifiers and codes are set in the fixed-width face. */
  mono?: boolean;
  /** Added by an administrator of this instance. */
  custom?: boolean;
}

export interface TabDefinition {
  id: string;
  filter: string;
  icon?: string;
}

export type TotalOperation = "sum" | "avg" | "min" | "max" | "count";

export interface ListView {
  columns: string[];
  sort?: string;
  /** What is shown before a tab is chosen, and offered for choice. */
  filter?: string;
  tabs?: TabDefinition[];
  totals?: { field: string; op: TotalOperation }[];
}

export interface FormSection {
  id: string;
  fields: string[];
  /** Sections of the same tab stand together. */
  tab?: string;
  visible_if?: string;
}

export interface KanbanView {
  group: string;
  fields?: string[];
  sum?: string;
}

export interface CalendarView {
  start: string;
  end?: string;
  color?: string;
}

export interface TimelineView {
  start: string;
  end: string;
  group?: string;
  color?: string;
}

export interface GanttView {
  start: string;
  end: string;
  parent?: string;
  progress?: string;
  after?: string;
}

export interface MapView {
  point: string;
  color?: string;
}

export type Bucket = "day" | "week" | "month" | "quarter" | "year";

export interface ChartView {
  id: string;
  kind: "bar" | "line" | "area" | "pie";
  group: string;
  bucket?: Bucket;
  series?: string;
  measure?: { field?: string; op: TotalOperation };
  filter?: string;
}

export interface TransitionDefinition {
  /** An action that it takes besides the right to edit. */
  right?: string;
  from: string[];
  to: string;
  /** Who may; everybody who may edit when not given. */
  roles?: string[];
  if?: string;
}

export interface RuleDefinition {
  id: string;
  check: string;
  fields?: string[];
}

export interface EntityDefinition {
  /** Full name, for instance "tiers.company". */
  name: string;
  /** Name inside the module, for instance "company". */
  entity: string;
  module: string;
  plural: string;
  /** Where the REST collection is, for instance "/api/v1/tiers/companies". */
  path: string;
  icon?: string;
  title: string;
  subtitle?: string[];
  status?: string;
  /** The only changes of the status there are; without any it changes freely. */
  transitions?: TransitionDefinition[];
  rules?: RuleDefinition[];
  /** When two records are probably one thing entered twice. */
  duplicates?: { id: string; fields: string[] }[];
  fields: FieldDefinition[];
  /** The entities whose records are parts of one of these, with the names under which it has them. */
  parts?: { name: string; entity: string }[];
  /** These are parts of the record that `field` refers to, which calls them `name`. */
  part_of?: { field: string; name: string; position?: string };
  /** Fields that are unique together. */
  unique?: string[][];
  search?: string[];
  views?: {
    list?: ListView;
    form?: { sections: FormSection[] };
    kanban?: KanbanView;
    calendar?: CalendarView;
    timeline?: TimelineView;
    gantt?: GanttView;
    tree?: { parent: string };
    map?: MapView;
    chart?: ChartView[];
    record?: { facts?: string[]; related?: { entity: string; by: string }[] };
  };
  /** What the signed-in user may do; besides, actions that the definition adds. */
  rights: (Right | (string & {}))[];
}

/** A record as the REST interface gives it. Decimals are strings, times are UTC, references are ids. */
export interface FileInfo {
  id: string;
  name: string;
  /** The media type that its content has. */
  type: string;
  /** Bytes. */
  size: number;
  /** Pixels of a picture. */
  width: number | null;
  height: number | null;
}

export interface RecordData {
  id: string;
  version: number;
  created_at: string;
  created_by?: string | null;
  updated_at: string;
  updated_by?: string | null;
  deleted_at?: string | null;
  /** What to show for references, by field name. */
  _labels?: Record<string, string>;
  /** What is known of the files that fields name, by field name: one, or a list of them. */
  _files?: Record<string, FileInfo | FileInfo[]>;
  [field: string]: unknown;
}

export interface ListQuery {
  /** A condition in CEL, for instance `city.contains("ille") && score >= 3`. */
  filter?: string;
  /** Words to find in the entity's search fields. */
  q?: string;
  /** Field names by weight; a leading "-" turns the order round. */
  sort?: string;
  page?: number;
  page_size?: number;
  /** Figures over all that matches, for instance `["avg:score"]`. */
  totals?: string[];
  deleted?: boolean;
}

export interface ListResult {
  data: RecordData[];
  meta: {
    page: number;
    page_size: number;
    total: number;
    pages: number;
    next_cursor?: string | null;
    totals?: Record<string, string | null>;
  };
}

/** What a hook tells about data that travels. `data` stays while newer data is fetched. */
export interface Loading<T> {
  data: T | undefined;
  error: Error | undefined;
  pending: boolean;
}

/** Places of the host where a module's widget may stand. A widget is declared in manifest.json under web.widgets. */
export type WidgetSlot = "home.card" | "record.aside" | "record.section" | "record.actions";

/** What a widget is given. The record slots always come with `entity` and `record`. */
export interface WidgetProps {
  module: string;
  entity?: EntityDefinition;
  record?: RecordData;
}

export interface RecordWidgetProps extends WidgetProps {
  entity: EntityDefinition;
  record: RecordData;
}

/**
 * Given to `register` once after the module's bundle was loaded. What is registered disappears by itself when
 * the module is deactivated, upgraded or uninstalled.
 */
export interface ModuleHost {
  readonly module: string;
  readonly version: string;
  /**
   * Shows `component` in `slot`. The slot, and the entity it is for, must be declared in the manifest; an
   * undeclared one throws. `id` is needed only when the manifest declares several widgets in the slot.
   */
  registerWidget(slot: WidgetSlot, component: ComponentType<RecordWidgetProps>, id?: string): void;
  /** Shows `component` at the menu item that names this page. */
  registerPage(id: string, component: ComponentType<{ module: string }>): void;
}

/** What the entry of a module's bundle exports under the name `register`. */
export type RegisterModule = (host: ModuleHost) => void;

export interface RequestOptions {
  method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Sent as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Finds the text of a key; `{name}` in it is replaced by `params.name`. */
export type Translate = (key: string, params?: Record<string, string | number>) => string;
