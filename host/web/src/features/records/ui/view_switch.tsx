import { Button, classNames, type EntityDefinition } from "@opsflux/ui";
import {
  CalendarDays,
  ChartColumn,
  ChartGantt,
  ChartNoAxesGantt,
  Columns3,
  ListTree,
  type LucideIcon,
  MapPinned,
  Table2,
} from "lucide-react";
import { useText } from "../../../shared/i18n/text";
import { Menu, MenuItem } from "../../../shared/ui/overlay";
import type { ListControl } from "../api/list_state";
import { type ViewName, viewsOf } from "../api/views";

const icons: Record<ViewName, LucideIcon> = {
  list: Table2,
  kanban: Columns3,
  calendar: CalendarDays,
  timeline: ChartNoAxesGantt,
  gantt: ChartGantt,
  tree: ListTree,
  map: MapPinned,
  chart: ChartColumn,
};

/** Which way the same records are shown; the choice stands in the address. */
export function ViewSwitch({ entity, list }: { entity: EntityDefinition; list: ListControl }) {
  const { t } = useText();
  const views = viewsOf(entity);
  if (views.length < 2 || list.deleted) return null;
  const choose = (view: ViewName) =>
    list.set({ view: view === "list" ? undefined : view, at: undefined, span: undefined });
  const Current = icons[list.view];
  return (
    <>
      <fieldset className="flex rounded-control border border-line p-0.5 touch:hidden">
        <legend className="sr-only">{t("view.switch")}</legend>
        {views.map((view) => {
          const Icon = icons[view];
          return (
            <button
              key={view}
              type="button"
              data-focus="inside"
              aria-pressed={view === list.view}
              aria-label={t(`view.${view}`)}
              title={t(`view.${view}`)}
              onClick={() => choose(view)}
              className={classNames(
                "grid size-7 place-items-center rounded-tag text-text-2 hover:bg-muted hover:text-text",
                view === list.view && "bg-accent-soft text-accent-text!",
              )}
            >
              <Icon size={16} aria-hidden="true" />
            </button>
          );
        })}
      </fieldset>
      <span className="hidden touch:block">
        <Menu
          trigger={
            <Button aria-label={t("view.switch")} className="aspect-square px-0! touch:min-w-11">
              <Current size={18} aria-hidden="true" />
            </Button>
          }
        >
          {views.map((view) => {
            const Icon = icons[view];
            return (
              <MenuItem key={view} icon={<Icon size={18} aria-hidden="true" />} onSelect={() => choose(view)}>
                {t(`view.${view}`)}
              </MenuItem>
            );
          })}
        </Menu>
      </span>
    </>
  );
}
