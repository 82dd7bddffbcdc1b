import { type ComponentType, type LazyExoticComponent, lazy, Suspense } from "react";
import type { ViewName } from "../api/views";
import { type ViewProps, ViewWaiting } from "./views/view_frame";

/** Each view is read when it is first chosen, and not with the first page. */
const views: Record<Exclude<ViewName, "list">, LazyExoticComponent<ComponentType<ViewProps>>> = {
  kanban: lazy(() => import("./views/kanban_view").then((module) => ({ default: module.KanbanView }))),
  calendar: lazy(() => import("./views/calendar_view").then((module) => ({ default: module.CalendarView }))),
  timeline: lazy(() => import("./views/timeline_view").then((module) => ({ default: module.TimelineView }))),
  gantt: lazy(() => import("./views/gantt_view").then((module) => ({ default: module.GanttView }))),
  tree: lazy(() => import("./views/tree_view").then((module) => ({ default: module.TreeView }))),
  map: lazy(() => import("./views/map_view").then((module) => ({ default: module.MapView }))),
  chart: lazy(() => import("./views/chart_view").then((module) => ({ default: module.ChartView }))),
};

/** The list's records in another way, with the same filter and search. */
export function OtherView({ view, ...props }: ViewProps & { view: Exclude<ViewName, "list"> }) {
  const View = views[view];
  return (
    <Suspense fallback={<ViewWaiting entity={props.entity} />}>
      <View {...props} />
    </Suspense>
  );
}
