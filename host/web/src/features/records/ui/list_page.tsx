import {
  buttonClasses,
  classNames,
  type EntityDefinition,
  type ListResult,
  type RecordData,
} from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { FileUp } from "lucide-react";
import { type RefObject, useEffect, useMemo, useRef, useState } from "react";
import { Link, useNavigate } from "react-router";
import { entityPath, recordPath } from "../../../shared/api/app";
import { listQuery } from "../../../shared/api/records";
import { entityWord } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { Icon } from "../../../shared/ui/icon";
import { narrow, phone, useMedia } from "../../../shared/ui/preferences";
import { useShortcuts } from "../../../shared/ui/shortcuts";
import { RowSkeletons, Waiting } from "../../../shared/ui/skeleton";
import { Failure, Notice } from "../../../shared/ui/states";
import { type ListControl, useListState } from "../api/list_state";
import { BulkBar } from "./bulk_bar";
import { CardList } from "./card_list";
import { useEntityCrumbs } from "./entity_crumbs";
import { FilterBar } from "./filter_bar";
import { ListFoot } from "./list_foot";
import { ListHead, ListTabs } from "./list_head";
import { NewButton } from "./new_button";
import { OtherView } from "./other_view";
import { PreviewPanel, PreviewSheet } from "./preview";
import { RecordTable } from "./record_table";

export interface ListCursor {
  /** The row the keys act on. */
  at: RecordData | undefined;
  select(record: RecordData | undefined): void;
  preview: boolean;
  setPreview(on: boolean): void;
}

/** Moving with the arrow keys keeps the preview open and turns it to the row. */
function useCursor(rows: RecordData[]): ListCursor & { move(by: number): void } {
  const [id, setId] = useState<string>();
  const [preview, setPreview] = useState(false);
  const at = rows.find((row) => row.id === id);
  const move = (by: number) => {
    const from = at ? rows.indexOf(at) : by > 0 ? -1 : rows.length;
    const next = rows[Math.min(rows.length - 1, Math.max(0, from + by))];
    if (next) {
      setId(next.id);
      document.getElementById(`row-${next.id}`)?.scrollIntoView({ block: "nearest" });
    }
  };
  return {
    at,
    select: (record) => setId(record?.id),
    preview: preview && at !== undefined,
    setPreview,
    move,
  };
}

interface ListKeys {
  entity: EntityDefinition;
  list: ListControl;
  cursor: ReturnType<typeof useCursor>;
  toggle: (id: string) => void;
  picked: ReadonlySet<string>;
  setPicked: (picked: ReadonlySet<string>) => void;
  searchRef: RefObject<HTMLInputElement | null>;
  setFiltering: (open: boolean) => void;
}

function useListKeys(keys: ListKeys): void {
  const { entity, list, cursor, toggle, picked, setPicked, searchRef, setFiltering } = keys;
  const navigate = useNavigate();
  const { at, move } = cursor;
  const path = at && !list.deleted ? recordPath(entity, at.id) : undefined;
  const close = cursor.preview
    ? () => cursor.setPreview(false)
    : picked.size > 0
      ? () => setPicked(new Set())
      : undefined;
  // The other views have keys of their own, and scroll by the arrows.
  const rows = list.view === "list";
  useShortcuts({
    n: entity.rights.includes("create") ? () => void navigate(`${entityPath(entity)}/new`) : undefined,
    "/": () => searchRef.current?.focus(),
    f: () => setFiltering(true),
    j: rows ? () => move(1) : undefined,
    k: rows ? () => move(-1) : undefined,
    down: rows ? () => move(1) : undefined,
    up: rows ? () => move(-1) : undefined,
    x: at ? () => toggle(at.id) : undefined,
    space: at ? () => cursor.setPreview(!cursor.preview) : undefined,
    e: path && entity.rights.includes("edit") ? () => void navigate(`${path}/edit`) : undefined,
    enter: path ? () => void navigate(path) : undefined,
    escape: close,
  });
}

export function ListPage({ entity }: { entity: EntityDefinition }) {
  const list = useListState(entity);
  const { view } = list;
  const result = useQuery({ ...listQuery(entity, list.query), enabled: view === "list" });
  const rows = useMemo(() => (view === "list" && result.data?.data) || [], [view, result.data]);
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const cursor = useCursor(rows);
  const searchRef = useRef<HTMLInputElement>(null);
  const [filtering, setFiltering] = useState(false);
  const isPhone = useMedia(phone);
  const isNarrow = useMedia(narrow);
  const filter = list.query.filter;
  useEntityCrumbs(entity);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another set of rows ends the selection
  useEffect(() => setPicked(new Set()), [filter, list.q, list.deleted, view]);
  const toggle = (id: string) =>
    setPicked((old) => {
      const next = new Set(old);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  useListKeys({ entity, list, cursor, toggle, picked, setPicked, searchRef, setFiltering });
  const body =
    view === "list" ? (
      <ListBody {...{ entity, list, rows, picked, setPicked, toggle, cursor, isPhone }} query={result} />
    ) : (
      <OtherView view={view} entity={entity} list={list} />
    );
  const place = { rows, cursor, move: cursor.move, entity };
  return (
    <div className="flex h-full">
      <div className="relative flex min-w-0 flex-1 flex-col">
        <ListHead entity={entity} list={list} />
        <ListTabs entity={entity} list={list} />
        <FilterBar {...{ entity, list, searchRef, filtering, setFiltering }} />
        {body}
        <BulkBar {...{ entity, picked, deleted: list.deleted }} onDone={() => setPicked(new Set())} />
        {!isPhone && view === "list" && <ListFoot entity={entity} list={list} query={result} />}
      </div>
      {cursor.preview && (isNarrow ? <PreviewSheet {...place} /> : <PreviewPanel {...place} />)}
    </div>
  );
}

export interface ListBodyProps {
  entity: EntityDefinition;
  list: ListControl;
  rows: RecordData[];
  picked: ReadonlySet<string>;
  setPicked: (picked: ReadonlySet<string>) => void;
  toggle: (id: string) => void;
  cursor: ListCursor;
  isPhone: boolean;
  query: ReturnType<typeof useQuery<ListResult>>;
}

function ListBody(props: ListBodyProps) {
  const { entity, list, rows, query, isPhone } = props;
  const text = useText();
  if (query.isPending)
    return (
      <div className="min-h-0 flex-1 overflow-hidden">
        <Waiting what={entityWord(text, entity, "many")}>
          <RowSkeletons rows={14} />
        </Waiting>
      </div>
    );
  if (query.error && !query.data)
    return (
      <div className="min-h-0 flex-1 overflow-y-auto">
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      </div>
    );
  if (rows.length === 0) return <EmptyList entity={entity} list={list} />;
  return (
    <div
      tabIndex={0}
      data-focus="inside"
      aria-busy={query.isPlaceholderData}
      className={classNames(
        "@container min-h-0 flex-1 overflow-auto overscroll-contain",
        query.isPlaceholderData && "opacity-60 transition-opacity",
      )}
    >
      {isPhone ? <CardList {...props} /> : <RecordTable {...props} />}
    </div>
  );
}

/** "Nothing yet" differs from "nothing matches". */
function EmptyList({ entity, list }: { entity: EntityDefinition; list: ListControl }) {
  const text = useText();
  const { t } = text;
  const icon = <Icon name={entity.icon} size={20} />;
  if (list.deleted)
    return <Notice className="flex-1 content-center" icon={icon} title={t("list.none_deleted")} />;
  if (list.narrowed || list.tab)
    return (
      <Notice
        className="flex-1 content-center"
        icon={icon}
        title={t("list.no_match")}
        action={
          <button
            type="button"
            className="page-link text-body"
            onClick={() => (list.narrowed ? list.clear() : list.set({ tab: undefined }))}
          >
            {t(list.narrowed ? "list.clear" : "list.show_all")}
          </button>
        }
      />
    );
  // The module's text may say more than that there is nothing yet; its first sentence is the title.
  const [title = "", ...more] = entityWord(text, entity, "empty").split(/(?<=[.!?])\s+/u);
  return (
    <Notice
      className="flex-1 content-center"
      icon={icon}
      title={more.length > 0 ? title.replace(/\.$/, "") : title}
      action={
        entity.rights.includes("create") && (
          <>
            <NewButton entity={entity} kind="secondary" />
            <Link to={`${entityPath(entity)}/import`} className={buttonClasses()}>
              <FileUp size={16} aria-hidden="true" />
              {t("import.action")}
            </Link>
          </>
        )
      }
    >
      {more.length > 0 && more.join(" ")}
    </Notice>
  );
}
