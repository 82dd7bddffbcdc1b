import { Button, type EntityDefinition } from "@opsflux/ui";
import { ListFilter, Search, SlidersHorizontal, X } from "lucide-react";
import { type RefObject, useEffect, useRef, useState } from "react";
import { fieldLabel, findField } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { Popover } from "../../../shared/ui/overlay";
import { phone, useMedia } from "../../../shared/ui/preferences";
import { possibleColumns, useColumns } from "../api/columns";
import { anyText, type Condition, isSearched, needsValue } from "../api/filters";
import type { ListControl } from "../api/list_state";
import { ConditionForm } from "./condition_form";
import { ConditionValue } from "./condition_value";
import { PhoneFilters } from "./phone_filters";

export interface FilterBarProps {
  entity: EntityDefinition;
  list: ListControl;
  searchRef: RefObject<HTMLInputElement | null>;
  filtering: boolean;
  setFiltering: (open: boolean) => void;
}

export function FilterBar({ entity, list, searchRef, filtering, setFiltering }: FilterBarProps) {
  const { t } = useText();
  const isPhone = useMedia(phone);
  return (
    <div className="flex min-h-11 shrink-0 flex-wrap items-center gap-2 border-line border-b px-4 py-1.5 touch:border-0 touch:pt-0">
      {isSearched(entity) && <QuickSearch list={list} inputRef={searchRef} />}
      {list.conditions.map((condition, position) => (
        <Chip
          // biome-ignore lint/suspicious/noArrayIndexKey: the same condition may stand twice
          key={position}
          entity={entity}
          condition={condition}
          onRemove={() => list.removeCondition(condition)}
        />
      ))}
      {isPhone ? (
        <PhoneFilters {...{ entity, list, filtering, setFiltering }} />
      ) : (
        <DesktopFilters {...{ entity, list, filtering, setFiltering }} />
      )}
      <span className="flex-1 touch:hidden" />
      {list.narrowed && (
        <button
          type="button"
          className="page-link text-body touch:order-3 touch:min-h-11"
          onClick={list.clear}
        >
          {t("list.clear")}
        </button>
      )}
      {list.view === "list" && <ColumnChoicePopover entity={entity} />}
    </div>
  );
}

function DesktopFilters({ entity, list, filtering, setFiltering }: Omit<FilterBarProps, "searchRef">) {
  const { t } = useText();
  return (
    <Popover
      label={t("filter.title")}
      open={filtering}
      onOpenChange={setFiltering}
      className="w-80"
      trigger={
        <Button kind="quiet" icon={<ListFilter size={16} aria-hidden="true" />}>
          {t("filter.title")}
        </Button>
      }
    >
      <ConditionForm
        entity={entity}
        onAdd={(condition) => {
          list.addCondition(condition);
          setFiltering(false);
        }}
      />
    </Popover>
  );
}

const typingPause = 250;

/** Searches while typing, a moment after the last letter. */
function QuickSearch({
  list,
  inputRef,
}: {
  list: ListControl;
  inputRef: RefObject<HTMLInputElement | null>;
}) {
  const { t } = useText();
  const [typed, setTyped] = useState(list.q);
  const { q, set } = list;
  const underWay = useRef<string[]>([]);
  useEffect(() => {
    // What this field has put into the address comes back while the next letters are typed: it must not undo them.
    const own = underWay.current.indexOf(q);
    if (own >= 0) underWay.current.splice(0, own + 1);
    else setTyped(q);
  }, [q]);
  useEffect(() => {
    if (typed === q) return;
    const timer = setTimeout(() => {
      underWay.current.push(typed);
      set({ q: typed });
    }, typingPause);
    return () => clearTimeout(timer);
  }, [typed, q, set]);
  return (
    <div className="relative w-52 touch:w-auto touch:flex-1 touch:basis-52">
      <Search
        size={15}
        className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-text-3"
        aria-hidden="true"
      />
      <input
        ref={inputRef}
        type="search"
        aria-label={t("list.search")}
        aria-keyshortcuts="/"
        placeholder={t("list.search")}
        className="control h-8! pl-8! [&::-webkit-search-cancel-button]:hidden"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          setTyped("");
          event.currentTarget.blur();
        }}
      />
    </div>
  );
}

interface ChipProps {
  entity: EntityDefinition;
  condition: Condition;
  onRemove: () => void;
}

/** Field, operator, value, and the way out. */
function Chip({ entity, condition, onRemove }: ChipProps) {
  const text = useText();
  const searches = condition.field === anyText;
  const field = findField(entity, condition.field);
  if (!field && !searches) return null;
  const label = searches ? text.t("filter.any_text") : fieldLabel(text, entity, condition.field);
  return (
    <span className="inline-flex h-7 max-w-full items-stretch overflow-hidden rounded-control border border-line bg-surface text-sm *:flex *:items-center *:border-line *:px-2 *:not-last:border-r touch:order-2 touch:h-11.5">
      <span className="text-text-2">{label}</span>
      <span className="text-text-2">{text.t(`operator.${condition.operator}`)}</span>
      {needsValue(condition.operator) && (
        <span className="min-w-0 max-w-60 font-strong">
          <span className="truncate">
            {field ? (
              <ConditionValue
                entity={entity}
                field={field}
                value={condition.value}
                operator={condition.operator}
              />
            ) : (
              condition.value
            )}
          </span>
        </span>
      )}
      <button
        type="button"
        data-focus="inside"
        aria-label={text.t("filter.remove", { field: label })}
        onClick={onRemove}
        className="justify-center text-text-2 hover:bg-muted touch:min-w-11"
      >
        <X size={14} aria-hidden="true" />
      </button>
    </span>
  );
}

function ColumnChoicePopover({ entity }: { entity: EntityDefinition }) {
  const text = useText();
  const columns = useColumns(entity);
  return (
    <Popover
      label={text.t("columns.title")}
      align="end"
      className="w-64"
      trigger={
        <Button
          kind="quiet"
          icon={<SlidersHorizontal size={16} aria-hidden="true" />}
          className="touch:hidden"
        >
          {text.t("columns.title")}
        </Button>
      }
    >
      <fieldset>
        <legend className="mb-1.5 text-text-3 text-xs">{text.t("columns.legend")}</legend>
        <ul className="max-h-80 overflow-y-auto">
          {possibleColumns(entity).map((field) => (
            <li key={field.name}>
              <label className="flex min-h-7 cursor-pointer items-center gap-2.5 rounded-control px-1 text-sm hover:bg-muted has-disabled:cursor-not-allowed">
                <input
                  type="checkbox"
                  className="tick"
                  disabled={field.name === entity.title}
                  checked={columns.isShown(field.name)}
                  onChange={() => columns.toggle(field.name)}
                />
                {fieldLabel(text, entity, field.name)}
              </label>
            </li>
          ))}
        </ul>
      </fieldset>
      <button type="button" className="page-link mt-2 px-1 text-sm" onClick={columns.reset}>
        {text.t("columns.reset")}
      </button>
    </Popover>
  );
}
