import { classNames, type EntityDefinition } from "@opsflux/ui";
import { useQueries } from "@tanstack/react-query";
import { Ellipsis, FileUp, RotateCcw, Table2, Trash2 } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { useNavigate } from "react-router";
import { entityPath } from "../../../shared/api/app";
import { countQuery } from "../../../shared/api/records";
import { entityWord, tabLabel } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { Slot } from "../../../shared/modules/slot";
import { Icon } from "../../../shared/ui/icon";
import { IconButton, Menu, MenuItem } from "../../../shared/ui/overlay";
import type { ListControl } from "../api/list_state";
import { ExportMenu } from "./export_menu";
import { NewButton } from "./new_button";
import { ViewSwitch } from "./view_switch";

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
      <Slot slot="list.actions" entity={entity} />
      <ViewSwitch entity={entity} list={list} />
      {entity.rights.includes("export") && <ExportMenu entity={entity} list={list} />}
      <ListMenu entity={entity} list={list} />
      {!list.deleted && <NewButton entity={entity} phoneIcon />}
    </header>
  );
}

/** What is done now and then; each entry for those who may. */
function ListMenu({ entity, list }: ListHeadProps) {
  const { t } = useText();
  const navigate = useNavigate();
  const mayImport = entity.rights.includes("create") && !list.deleted;
  const mayDelete = entity.rights.includes("delete");
  if (!mayImport && !mayDelete) return null;
  return (
    <Menu
      trigger={
        <IconButton edged label={t("action.more")}>
          <Ellipsis size={16} aria-hidden="true" />
        </IconButton>
      }
    >
      {mayImport && (
        <MenuItem
          icon={<FileUp size={16} aria-hidden="true" />}
          onSelect={() => void navigate(`${entityPath(entity)}/import`)}
        >
          {t("import.action")}
        </MenuItem>
      )}
      {mayDelete && list.deleted && (
        <MenuItem
          icon={<RotateCcw size={16} aria-hidden="true" />}
          onSelect={() => list.set({ deleted: undefined })}
        >
          {t("list.show_current")}
        </MenuItem>
      )}
      {mayDelete && !list.deleted && (
        <MenuItem
          icon={<Trash2 size={16} aria-hidden="true" />}
          onSelect={() => list.set({ deleted: "true", tab: undefined, view: undefined })}
        >
          {t("list.show_deleted")}
        </MenuItem>
      )}
    </Menu>
  );
}

/** Views that the module defines, each with its count. On phones they are pills in a scrolling row. */
export function ListTabs({ entity, list }: ListHeadProps) {
  const text = useText();
  const tabs = entity.views?.list?.tabs ?? [];
  const standing = entity.views?.list?.filter;
  const row = useRef<HTMLElement>(null);
  const counts = useQueries({
    queries: [undefined, ...tabs].map((tab) => ({
      ...countQuery(entity, tab ? tab.filter : standing),
      enabled: tabs.length > 0,
    })),
  }).map((count) => count.data);
  const counted = counts.every((count) => count !== undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the counts make the row longer
  useEffect(() => {
    const current = row.current?.querySelector('[aria-pressed="true"]');
    current?.scrollIntoView({ inline: "nearest", block: "nearest" });
  }, [list.tab?.id, counted]);
  if (tabs.length === 0 || list.deleted)
    return <div className="shrink-0 border-line border-b pb-1.5 touch:border-0" />;
  return (
    <nav
      ref={row}
      aria-label={text.t("list.views")}
      className="scroll-quiet flex shrink-0 scroll-px-4 gap-1 overflow-x-auto border-line border-b px-3 touch:gap-2.5 touch:border-0 touch:px-4 touch:py-2"
    >
      <Tab
        icon={<Table2 size={15} aria-hidden="true" />}
        label={standing ? tabLabel(text, entity, "current") : text.t("list.all")}
        count={counts[0]}
        current={!list.tab}
        onSelect={() => list.set({ tab: undefined })}
      />
      {tabs.map((tab, position) => (
        <Tab
          key={tab.id}
          icon={tab.icon && <Icon name={tab.icon} size={15} />}
          label={tabLabel(text, entity, tab.id)}
          count={counts[position + 1]}
          current={list.tab?.id === tab.id}
          onSelect={() => list.set({ tab: tab.id })}
        />
      ))}
    </nav>
  );
}

interface TabProps {
  icon: ReactNode;
  label: string;
  count: number | undefined;
  current: boolean;
  onSelect: () => void;
}

function Tab({ icon, label, count, current, onSelect }: TabProps) {
  const { format } = useText();
  return (
    <button
      type="button"
      aria-pressed={current}
      data-focus="inside"
      onClick={onSelect}
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
