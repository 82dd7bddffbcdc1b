import { buttonClasses, classNames, type EntityDefinition, type RecordData } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { Pencil } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Link, useNavigate } from "react-router";
import { isStatus } from "../../../shared/api/api_error";
import { entityPath, recordPath } from "../../../shared/api/app";
import { countQuery, recordQuery } from "../../../shared/api/records";
import { titleOf } from "../../../shared/api/title";
import { entityWord, findField } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { Slot } from "../../../shared/modules/slot";
import { Avatar, photoAddress } from "../../../shared/ui/avatar";
import { FieldValue, hasValue } from "../../../shared/ui/field_value";
import { Icon } from "../../../shared/ui/icon";
import { narrow, useMedia } from "../../../shared/ui/preferences";
import { useShortcuts } from "../../../shared/ui/shortcuts";
import { PageSkeleton, Waiting } from "../../../shared/ui/skeleton";
import { Failure, Notice } from "../../../shared/ui/states";
import { usePartLists } from "../api/parts";
import { ActivityThread } from "./activity";
import { AlikeRecords } from "./alike";
import { Attachments } from "./attachments";
import { Comments } from "./comments";
import { DeletedNotice } from "./deleted_notice";
import { useEntityCrumbs } from "./entity_crumbs";
import { Subtitle } from "./identity";
import { Marks } from "./marks";
import { PartsTable } from "./parts_table";
import { Provenance } from "./provenance";
import { RecordFacts, RecordSections } from "./record_fields";
import { RecordMenu } from "./record_menu";
import { RecordTags } from "./record_tags";
import { RelatedList, type Relation, useRelations } from "./related";
import { StatusSteps, StepRefusal, useStatusSteps } from "./status_steps";

/** Read when somebody first looks back. */
const VersionsPanel = lazy(() =>
  import("./versions_panel").then((module) => ({ default: module.VersionsPanel })),
);

export interface RecordPageProps {
  entity: EntityDefinition;
  id: string;
}

export function RecordPage({ entity, id }: RecordPageProps) {
  const text = useText();
  const query = useQuery(recordQuery(entity, id));
  const record = query.data;
  useEntityCrumbs(entity, [{ label: record ? titleOf(entity, record) : entityWord(text, entity, "one") }]);
  if (query.isPending)
    return (
      <Waiting what={entityWord(text, entity, "one")}>
        <PageSkeleton />
      </Waiting>
    );
  if (!record)
    return isStatus(query.error, 404) ? (
      <Missing entity={entity} />
    ) : (
      <Failure page error={query.error} onRetry={() => void query.refetch()} />
    );
  return <LoadedRecord entity={entity} record={record} />;
}

function Missing({ entity }: { entity: EntityDefinition }) {
  const text = useText();
  return (
    <Notice
      centred
      icon={<Icon name={entity.icon} size={20} />}
      title={text.t("record.missing")}
      action={
        <Link to={entityPath(entity)} className={buttonClasses()}>
          {entityWord(text, entity, "many")}
        </Link>
      }
    >
      {text.t("record.missing_help")}
    </Notice>
  );
}

function isEditable(entity: EntityDefinition, record: RecordData): boolean {
  return entity.rights.includes("edit") && !record.deleted_at;
}

type TabId = "sheet" | "activity" | "history" | `related-${string}`;

function LoadedRecord({ entity, record }: { entity: EntityDefinition; record: RecordData }) {
  const { t } = useText();
  const [tab, setTab] = useState<TabId>("sheet");
  const isNarrow = useMedia(narrow);
  const navigate = useNavigate();
  const relations = useRelations(entity);
  const related = relations.find((relation) => tab === `related-${relation.key}`);
  useShortcuts({
    e: isEditable(entity, record) ? () => void navigate(`${recordPath(entity, record.id)}/edit`) : undefined,
  });
  return (
    <div className="flex h-full flex-col">
      <RecordHead entity={entity} record={record} />
      <DeletedNotice entity={entity} record={record} />
      <Slot slot="record.strip" entity={entity} record={record} />
      <RecordTabs {...{ entity, record, relations, tab, setTab, isNarrow }} />
      <div className="flex min-h-0 flex-1 border-line border-t">
        <div
          tabIndex={0}
          data-focus="inside"
          className="min-w-0 flex-1 overflow-y-auto overscroll-contain px-6 py-4 touch:bg-surface touch:px-4"
        >
          {related ? (
            <RelatedList relation={related} record={record} whole />
          ) : tab === "history" ? (
            <Suspense fallback={null}>
              <VersionsPanel entity={entity} record={record} editable={isEditable(entity, record)} />
            </Suspense>
          ) : tab === "activity" && isNarrow ? (
            <>
              {!record.deleted_at && <AlikeRecords entity={entity} id={record.id} />}
              <Attachments entity={entity} record={record} />
              {!record.deleted_at && <Comments entity={entity} id={record.id} />}
              <ActivityThread entity={entity} id={record.id} />
            </>
          ) : (
            <RecordSheet
              entity={entity}
              record={record}
              relations={relations}
              onShowAll={(relation) => setTab(`related-${relation.key}`)}
              withAside={isNarrow}
            />
          )}
        </div>
        {!isNarrow && (
          <aside
            aria-label={t("activity.title")}
            className="w-93 shrink-0 overflow-y-auto overscroll-contain border-line border-l bg-subtle px-4.5 py-4"
          >
            <AsideWidgets entity={entity} record={record} />
            {!record.deleted_at && <AlikeRecords entity={entity} id={record.id} />}
            <Attachments entity={entity} record={record} />
            {!record.deleted_at && <Comments entity={entity} id={record.id} />}
            <h2 className="mb-4 font-strong text-lg">{t("activity.title")}</h2>
            <ActivityThread entity={entity} id={record.id} />
          </aside>
        )}
      </div>
    </div>
  );
}

/** What modules add beside the record. */
function AsideWidgets({ entity, record }: { entity: EntityDefinition; record: RecordData }) {
  return (
    <Slot
      slot="record.aside"
      entity={entity}
      record={record}
      wrap={(widget, title) => (
        <section aria-label={title} className="mb-6">
          {title && <h2 className="mb-2 font-strong text-lg">{title}</h2>}
          {widget}
        </section>
      )}
    />
  );
}

function RecordHead({ entity, record }: { entity: EntityDefinition; record: RecordData }) {
  const { t } = useText();
  const navigate = useNavigate();
  const status = entity.status ? findField(entity, entity.status) : undefined;
  const title = titleOf(entity, record);
  const stepping = useStatusSteps({ entity, record });
  return (
    <>
      <header className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-3 px-6 pt-4 pb-2 touch:px-4 touch:pt-2">
        <Avatar
          name={title}
          size="xl"
          person={entity.name === "identity.user"}
          photo={entity.name === "identity.user" ? photoAddress(record.id, record.photo) : undefined}
        />
        <div className="min-w-0 flex-1 basis-56">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h1 className="min-w-0 break-words font-strong text-2xl leading-tight tracking-title">{title}</h1>
            {status && hasValue(record[status.name]) && (
              <FieldValue entity={entity} field={status} record={record} plain badge />
            )}
          </div>
          <div className="mt-0.5 text-body text-text-2">
            <Subtitle entity={entity} record={record} plain={false} />
          </div>
          {!record.deleted_at && (
            <RecordTags entity={entity} record={record} editable={isEditable(entity, record)} />
          )}
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <Slot slot="record.actions" entity={entity} record={record} />
          <StatusSteps entity={entity} {...stepping} />
          {isEditable(entity, record) && (
            <Link
              to={`${recordPath(entity, record.id)}/edit`}
              aria-keyshortcuts="E"
              className={buttonClasses("primary")}
            >
              <Pencil size={15} aria-hidden="true" />
              {t("action.edit")}
            </Link>
          )}
          {!record.deleted_at && <Marks entity={entity} record={record} />}
          <RecordMenu
            edged
            entity={entity}
            record={record}
            onRemoved={() => void navigate(entityPath(entity))}
          />
        </div>
      </header>
      <StepRefusal entity={entity} error={stepping.error} />
    </>
  );
}

interface RecordTabsProps {
  entity: EntityDefinition;
  record: RecordData;
  relations: Relation[];
  tab: TabId;
  setTab: (tab: TabId) => void;
  isNarrow: boolean;
}

function RecordTabs({ record, relations, tab, setTab, isNarrow }: RecordTabsProps) {
  const text = useText();
  const { t } = text;
  return (
    <nav
      aria-label={t("record.parts")}
      className="scroll-quiet flex shrink-0 gap-1 overflow-x-auto px-4 touch:px-2"
    >
      <RecordTab label={t("record.sheet")} current={tab === "sheet"} onSelect={() => setTab("sheet")} />
      {relations.map((relation) => (
        <RelationTab
          key={relation.key}
          relation={relation}
          record={record}
          current={tab === `related-${relation.key}`}
          onSelect={() => setTab(`related-${relation.key}`)}
        />
      ))}
      {isNarrow && (
        <RecordTab
          label={t("activity.title")}
          current={tab === "activity"}
          onSelect={() => setTab("activity")}
        />
      )}
      <RecordTab label={t("record.history")} current={tab === "history"} onSelect={() => setTab("history")} />
    </nav>
  );
}

interface RecordTabProps {
  label: string;
  count?: number;
  current: boolean;
  onSelect: () => void;
}

function RecordTab({ label, count, current, onSelect }: RecordTabProps) {
  const { format } = useText();
  return (
    <button
      type="button"
      aria-pressed={current}
      data-focus="inside"
      onClick={onSelect}
      className={classNames(
        "relative flex h-9 shrink-0 items-center gap-2 px-2.5 text-body whitespace-nowrap text-text-2 hover:text-text touch:h-11 touch:text-lg",
        current && "font-strong text-text!",
      )}
    >
      {label}
      {count !== undefined && (
        <span className="font-regular text-text-3 text-xs">{format.number(count)}</span>
      )}
      {current && (
        <span aria-hidden="true" className="absolute inset-x-1.5 bottom-0 h-0.5 rounded-full bg-accent" />
      )}
    </button>
  );
}

function RelationTab({
  relation,
  record,
  current,
  onSelect,
}: {
  relation: Relation;
  record: RecordData;
  current: boolean;
  onSelect: () => void;
}) {
  const text = useText();
  const count = useQuery(countQuery(relation.entity, relation.filter(record.id))).data;
  return <RecordTab label={relation.label(text)} count={count} current={current} onSelect={onSelect} />;
}

interface RecordSheetProps {
  entity: EntityDefinition;
  record: RecordData;
  relations: Relation[];
  onShowAll: (relation: Relation) => void;
  withAside: boolean;
}

function RecordSheet({ entity, record, relations, onShowAll, withAside }: RecordSheetProps) {
  const lists = usePartLists(entity);
  return (
    <div className="grid max-w-5xl grid-cols-[minmax(0,1fr)] gap-6">
      <RecordFacts entity={entity} record={record} />
      {withAside && <AsideWidgets entity={entity} record={record} />}
      <div>
        <RecordSections entity={entity} record={record} />
        <Provenance record={record} className="mt-6 text-text-3 text-xs" />
      </div>
      {lists.map((list) => (
        <PartsTable key={list.name} list={list} record={record} />
      ))}
      <Slot slot="record.section" entity={entity} record={record} />
      {relations.map((relation) => (
        <RelatedList
          key={relation.key}
          relation={relation}
          record={record}
          onShowAll={() => onShowAll(relation)}
        />
      ))}
    </div>
  );
}
