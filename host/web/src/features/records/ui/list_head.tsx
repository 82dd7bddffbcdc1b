import { classNames, type EntityDefinition } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { Ellipsis, RotateCcw, Table2, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { countQuery } from "../../../shared/api/records";
import { entityWord, tabLabel } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { Icon } from "../../../shared/ui/icon";
import { IconButton, Menu, MenuItem } from "../../../shared/ui/overlay";
import type { ListControl } from "../api/list_state";
import { NewButton } from "./new_button";

export interface ListHeadProps {
  entity: EntityDefinition;
  list: ListControl;
}

export function ListHead({ entity, list }: ListHeadProps) {
  const text = useText();
  const { t } = text;
  const title = entityWord(text, entity, "many");
  return (
    <header className="flex shrink-0 items-center gap-2 px-4 pt-2.5 pb-1 touch:pt-1">
      <h1 className="min-w-0 flex-1 truncate font-strong text-xl leading-9 tracking-title touch:text-2xl touch:text-wrap">
        {list.deleted ? t("list.deleted_title", { what: title }) : title}
      </h1>
      {entity.rights.includes("delete") && (
        <Menu
          trigger={
            <IconButton edged label={t("action.more")}>
              <Ellipsis size={16} aria-hidden="true" />
            </IconButton>
          }
        >
          {list.deleted ? (
            <MenuItem
              icon={<RotateCcw size={16} aria-hidden="true" />}
              onSelect={() => list.set({ deleted: undefined })}
            >
              {t("list.show_current")}
            </MenuItem>
          ) : (
            <MenuItem
              icon={<Trash2 size={16} aria-hidden="true" />}
              onSelect={() => list.set({ deleted: "true", tab: undefined })}
            >
              {t("list.show_deleted")}
            </MenuItem>
          )}
        </Menu>
      )}
      {!list.deleted && <NewButton entity={entity} phoneIcon />}
    </header>
  );
}

/** Views that the module defines, each with its count. On phones they are pills in a scrolling row. */
export function ListTabs({ entity, list }: ListHeadProps) {
  const text = useText();
  const tabs = entity.views?.list?.tabs ?? [];
  if (tabs.length === 0 || list.deleted)
    return <div className="shrink-0 border-line border-b pb-1.5 touch:border-0" />;
  return (
    <nav
      aria-label={text.t("list.views")}
      className="scroll-quiet flex shrink-0 gap-1 overflow-x-auto border-line border-b px-3 touch:gap-2.5 touch:border-0 touch:px-4 touch:py-2"
    >
      <Tab
        {...{ entity, list }}
        icon={<Table2 size={15} aria-hidden="true" />}
        label={text.t("list.all")}
        current={!list.tab}
        id={undefined}
        filter={undefined}
      />
      {tabs.map((tab) => (
        <Tab
          key={tab.id}
          {...{ entity, list }}
          icon={tab.icon && <Icon name={tab.icon} size={15} />}
          label={tabLabel(text, entity, tab.id)}
          current={list.tab?.id === tab.id}
          id={tab.id}
          filter={tab.filter}
        />
      ))}
    </nav>
  );
}

interface TabProps extends ListHeadProps {
  icon: ReactNode;
  label: string;
  current: boolean;
  id: string | undefined;
  filter: string | undefined;
}

function Tab({ entity, list, icon, label, current, id, filter }: TabProps) {
  const { format } = useText();
  const count = useQuery(countQuery(entity, filter)).data;
  return (
    <button
      type="button"
      aria-pressed={current}
      data-focus="inside"
      onClick={() => list.set({ tab: id })}
      className={classNames(
        "relative flex h-9 shrink-0 items-center gap-2 rounded-t-control px-2.5 text-sm whitespace-nowrap text-text-2 hover:text-text",
        "touch:h-11 touch:rounded-full touch:border touch:border-line touch:bg-surface touch:px-5 touch:text-lg touch:text-text",
        current && "font-strong text-text! touch:border-accent! touch:bg-accent! touch:text-on-accent!",
      )}
    >
      {icon && <span className="touch:hidden">{icon}</span>}
      {label}
      {count !== undefined && (
        <span className="font-regular text-text-3 text-xs touch:text-lg touch:text-inherit touch:opacity-80">
          {format.number(count)}
        </span>
      )}
      {current && (
        <span
          aria-hidden="true"
          className="absolute inset-x-1 bottom-0 h-0.5 rounded-full bg-accent touch:hidden"
        />
      )}
    </button>
  );
}
