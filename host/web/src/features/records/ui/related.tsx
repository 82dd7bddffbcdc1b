import { buttonClasses, type EntityDefinition, type FieldDefinition, type RecordData } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { Link } from "react-router";
import { entityPath, recordPath, useApp } from "../../../shared/api/app";
import { listQuery } from "../../../shared/api/records";
import { titleOf } from "../../../shared/api/title";
import { entityWord, fieldLabel, findField } from "../../../shared/i18n/entity_text";
import { type Text, useText } from "../../../shared/i18n/text";
import { Avatar } from "../../../shared/ui/avatar";
import { FieldValue } from "../../../shared/ui/field_value";
import { RowSkeletons, Waiting } from "../../../shared/ui/skeleton";
import { Failure } from "../../../shared/ui/states";
import { encodeCondition } from "../api/filters";
import { usualSort } from "../api/list_state";

/** Records of another entity that point here by one of their fields. */
export interface Relation {
  key: string;
  entity: EntityDefinition;
  by: string;
  filter(id: string): string;
  label(text: Text): string;
}

const few = 5;
const many = 100;

export function useRelations(entity: EntityDefinition): Relation[] {
  const { entities } = useApp();
  return (entity.views?.record?.related ?? []).flatMap(({ entity: name, by }): Relation[] => {
    const target = entities.find((candidate) => candidate.name === name && candidate.rights.includes("view"));
    if (!target) return [];
    const own = target.name === entity.name;
    return [
      {
        key: `${name}.${by}`,
        entity: target,
        by,
        filter: (id) => `${by} == ${JSON.stringify(id)}`,
        // Records of the same kind are told by the field that ties them, for instance the parent.
        label: (text) =>
          own
            ? `${entityWord(text, target, "many")} (${fieldLabel(text, target, by)})`
            : entityWord(text, target, "many"),
      },
    ];
  });
}

export interface RelatedListProps {
  relation: Relation;
  record: RecordData;
  /** All of them, in a tab of their own. */
  whole?: boolean;
  onShowAll?: () => void;
}

export function RelatedList({ relation, record, whole, onShowAll }: RelatedListProps) {
  const text = useText();
  const { entity } = relation;
  const query = useQuery(
    listQuery(entity, {
      filter: relation.filter(record.id),
      sort: usualSort(entity),
      page: 1,
      page_size: whole ? many : few,
    }),
  );
  const total = query.data?.meta.total ?? 0;
  if (!whole && query.data && total === 0) return null;
  const all = `${entityPath(entity)}?f=${encodeURIComponent(encodeCondition({ field: relation.by, operator: "is", value: record.id }))}`;
  return (
    <section aria-label={relation.label(text)} className="max-w-5xl">
      <header className="flex min-h-9 items-center gap-2 border-line border-b">
        <h2 className="font-strong text-body">{relation.label(text)}</h2>
        <span className="flex-1 text-text-3 text-xs">{query.data && text.format.number(total)}</span>
        {!whole && total > few && (
          <button type="button" className="page-link text-sm" onClick={onShowAll}>
            {text.t("related.all", { count: text.format.number(total) })}
          </button>
        )}
        {whole && total > 0 && (
          <Link to={all} className="page-link text-sm whitespace-nowrap">
            {text.t("related.in_list")}
          </Link>
        )}
        {entity.rights.includes("create") && !record.deleted_at && (
          <Link
            to={`${entityPath(entity)}/new?${relation.by}=${encodeURIComponent(record.id)}`}
            className={buttonClasses("secondary", "mb-1 h-7!")}
          >
            <Plus size={14} aria-hidden="true" />
            <span className="touch:sr-only">{entityWord(text, entity, "new")}</span>
          </Link>
        )}
      </header>
      {query.isPending && (
        <Waiting what={relation.label(text)}>
          <RowSkeletons rows={2} />
        </Waiting>
      )}
      {query.error && !query.data && (
        <Failure error={query.error} className="px-0!" onRetry={() => void query.refetch()} />
      )}
      {query.data && total === 0 && (
        <p className="py-4 text-body text-text-3">{entityWord(text, entity, "empty")}</p>
      )}
      {query.data && total > 0 && <RelatedRows relation={relation} rows={query.data.data} />}
    </section>
  );
}

function relatedColumns(relation: Relation): FieldDefinition[] {
  const { entity, by } = relation;
  return (entity.views?.list?.columns ?? [])
    .filter((name) => name !== entity.title && name !== by)
    .map((name) => findField(entity, name))
    .filter((field) => field !== undefined)
    .slice(0, 3);
}

function RelatedRows({ relation, rows }: { relation: Relation; rows: RecordData[] }) {
  const { entity } = relation;
  const columns = relatedColumns(relation);
  return (
    <ul>
      {rows.map((row) => (
        <li
          key={row.id}
          className="relative flex min-h-(--row-h) items-center gap-4 border-line-soft border-b px-0.5 text-body hover:bg-muted/60 touch:min-h-12"
        >
          <span className="flex min-w-0 flex-[2] items-center gap-2.5">
            <Avatar name={titleOf(entity, row)} />
            <Link
              to={recordPath(entity, row.id)}
              className="truncate font-medium after:absolute after:inset-0 after:content-['']"
            >
              {titleOf(entity, row)}
            </Link>
          </span>
          {columns.map((field) => (
            <span key={field.name} className="min-w-0 flex-1 truncate text-text-2 touch:not-last:hidden">
              <FieldValue entity={entity} field={field} record={row} plain short />
            </span>
          ))}
        </li>
      ))}
    </ul>
  );
}
