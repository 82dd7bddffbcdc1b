import { classNames, type EntityDefinition, type ListResult, type RecordData } from "@opsflux/ui";
import { useQueries, useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { type KeyboardEvent, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { aggregateQuery, manyQuery } from "../../../../shared/api/aggregate";
import { recordPath } from "../../../../shared/api/app";
import { titleOf } from "../../../../shared/api/title";
import { entityWord, findField } from "../../../../shared/i18n/entity_text";
import { useText } from "../../../../shared/i18n/text";
import { FieldValue, hasValue } from "../../../../shared/ui/field_value";
import { Notice } from "../../../../shared/ui/states";
import { type ListControl, usualSort } from "../../api/list_state";
import { narrowingOf } from "../../api/views";
import { Partly, ViewOf, type ViewProps } from "./view_frame";

interface Node {
  record: RecordData;
  level: number;
  parent: string | undefined;
  /** Its place among those of the same parent, and how many those are. */
  position: number;
  siblings: number;
}

const isNarrowed = (list: ListControl) => list.narrowed || list.tab !== undefined;

/** Records below each other by their parent; each level is read when it is opened. */
export function TreeView({ entity, list }: ViewProps) {
  const parent = entity.views?.tree?.parent ?? "";
  // What a filter finds may lie deep: it is shown by itself, and what is below it can be opened.
  const roots = useQuery(
    manyQuery(entity, narrowingOf(list, isNarrowed(list) ? undefined : `!has(${parent})`), list.sort),
  );
  return (
    <ViewOf entity={entity} query={roots}>
      {(data) => <LoadedTree entity={entity} list={list} roots={data} parent={parent} />}
    </ViewOf>
  );
}

/** How many records lie directly below each of these. */
function useBelow(entity: EntityDefinition, parent: string, ids: string[]): Map<string, number> {
  const known = ids.slice(0, 500);
  const query = useQuery({
    ...aggregateQuery(entity, {
      filter: `${parent} in [${known.map((id) => JSON.stringify(id)).join(", ")}]`,
      group: [parent],
    }),
    enabled: known.length > 0,
  });
  return new Map(query.data?.data.map((group) => [String(group.group[parent]), group.count]));
}

/** What is shown, from top to bottom; a record that stands above itself already is not shown again. */
export function visibleNodes(roots: RecordData[], open: ReadonlyMap<string, RecordData[]>): Node[] {
  const out: Node[] = [];
  const add = (records: RecordData[], level: number, above: string[]) => {
    records.forEach((record, position) => {
      out.push({ record, level, parent: above.at(-1), position, siblings: records.length });
      const below = open.get(record.id);
      if (below && !above.includes(record.id)) add(below, level + 1, [...above, record.id]);
    });
  };
  add(roots, 1, []);
  return out;
}

interface LoadedTreeProps extends ViewProps {
  roots: ListResult;
  parent: string;
}

function LoadedTree({ entity, list, roots, parent }: LoadedTreeProps) {
  const text = useText();
  const navigate = useNavigate();
  const [opened, setOpened] = useState<string[]>([]);
  const [current, setCurrent] = useState<string>();
  const tree = useRef<HTMLDivElement>(null);
  const loaded = useQueries({
    queries: opened.map((id) =>
      manyQuery(entity, { filter: `${parent} == ${JSON.stringify(id)}` }, list.sort ?? usualSort(entity)),
    ),
  });
  const open = new Map(opened.map((id, position) => [id, loaded[position]?.data?.data ?? []]));
  const nodes = visibleNodes(roots.data, open);
  const below = useBelow(entity, parent, [...new Set(nodes.map((node) => node.record.id))]);
  if (nodes.length === 0) return <Notice className="flex-1 content-center" title={text.t("list.no_match")} />;
  const at = Math.max(
    0,
    nodes.findIndex((node) => node.record.id === current),
  );
  const focus = (position: number) => {
    const node = nodes[Math.min(nodes.length - 1, Math.max(0, position))];
    if (!node) return;
    setCurrent(node.record.id);
    tree.current?.querySelector<HTMLElement>(`[data-id="${node.record.id}"]`)?.focus();
  };
  const toggle = (id: string, on: boolean) =>
    setOpened((old) =>
      on ? [...old.filter((other) => other !== id), id] : old.filter((other) => other !== id),
    );
  const onKey = (event: KeyboardEvent) => {
    const node = nodes[at];
    if (!node) return;
    const { id } = node.record;
    const isOpen = opened.includes(id);
    switch (event.key) {
      case "ArrowDown":
        focus(at + 1);
        break;
      case "ArrowUp":
        focus(at - 1);
        break;
      case "Home":
        focus(0);
        break;
      case "End":
        focus(nodes.length - 1);
        break;
      case "Enter":
        void navigate(recordPath(entity, id));
        break;
      case "ArrowRight":
        if (isOpen) focus(at + 1);
        else if (below.has(id)) toggle(id, true);
        break;
      case "ArrowLeft":
        if (isOpen) toggle(id, false);
        else focus(nodes.findIndex((other) => other.record.id === node.parent));
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      <div className="min-h-0 flex-1 overflow-auto overscroll-contain px-3 py-2">
        {isNarrowed(list) && <p className="px-2 pb-2 text-sm text-text-2">{text.t("tree.found")}</p>}
        <div ref={tree} role="tree" aria-label={entityWord(text, entity, "many")} onKeyDown={onKey}>
          {nodes.map((node, position) => (
            <TreeRow
              key={`${node.parent ?? ""}/${node.record.id}/${node.level}`}
              entity={entity}
              node={node}
              below={below.get(node.record.id) ?? 0}
              open={opened.includes(node.record.id)}
              current={position === at}
              onFocus={() => setCurrent(node.record.id)}
              onToggle={(on) => toggle(node.record.id, on)}
              onOpen={() => void navigate(recordPath(entity, node.record.id))}
            />
          ))}
        </div>
      </div>
      <Partly shown={roots.data.length} total={roots.meta.total} />
    </>
  );
}

interface TreeRowProps {
  entity: EntityDefinition;
  node: Node;
  below: number;
  open: boolean;
  current: boolean;
  onFocus: () => void;
  onToggle: (on: boolean) => void;
  onOpen: () => void;
}

const indents = ["", "pl-6", "pl-12", "pl-18", "pl-24", "pl-30", "pl-36", "pl-42"];

function TreeRow({ entity, node, below, open, current, onFocus, onToggle, onOpen }: TreeRowProps) {
  const text = useText();
  const { record, level } = node;
  const status = entity.status ? findField(entity, entity.status) : undefined;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the tree's
    <div
      role="treeitem"
      data-id={record.id}
      data-focus="inside"
      tabIndex={current ? 0 : -1}
      aria-level={level}
      aria-setsize={node.siblings}
      aria-posinset={node.position + 1}
      aria-expanded={below > 0 ? open : undefined}
      aria-selected={false}
      onFocus={onFocus}
      onClick={onOpen}
      className="flex min-h-(--row-h) cursor-pointer items-center gap-2 rounded-control px-2 text-body hover:bg-muted"
    >
      <span aria-hidden="true" className={classNames("flex items-center", indents[Math.min(7, level - 1)])}>
        {below > 0 ? (
          // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys do the same
          // biome-ignore lint/a11y/useKeyWithClickEvents: the arrow keys do the same
          <span
            className="grid size-6 place-items-center rounded-tag text-text-2 hover:bg-pressed touch:size-11"
            onClick={(event) => {
              event.stopPropagation();
              onToggle(!open);
            }}
          >
            <ChevronRight size={15} className={open ? "rotate-90" : undefined} />
          </span>
        ) : (
          <span className="size-6 touch:size-11" />
        )}
      </span>
      <span className="min-w-0 truncate font-medium">{titleOf(entity, record)}</span>
      {below > 0 && <span className="text-text-3 text-xs">{text.format.number(below)}</span>}
      <span className="flex-1" />
      {status && hasValue(record[status.name]) && (
        <span className="shrink-0 text-sm">
          <FieldValue entity={entity} field={status} record={record} plain short />
        </span>
      )}
    </div>
  );
}
