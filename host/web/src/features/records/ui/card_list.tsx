import type { EntityDefinition, FieldDefinition, RecordData } from "@opsflux/ui";
import { Link } from "react-router";
import { recordPath } from "../../../shared/api/app";
import { titleOf } from "../../../shared/api/title";
import { fieldLabel, findField } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { Avatar, photoAddress } from "../../../shared/ui/avatar";
import { FieldValue, hasValue } from "../../../shared/ui/field_value";
import { FoundValue, Marked } from "../../../shared/ui/found_value";
import { Subtitle } from "./identity";
import type { ListBodyProps } from "./list_page";
import { Pager } from "./pager";
import { RecordMenu } from "./record_menu";

/** On phones: four lines a record. Name, what it is, figure and status, one thing more. */
export function CardList({ entity, list, rows, query }: ListBodyProps) {
  return (
    <>
      <ul className="grid grid-cols-[minmax(0,1fr)] gap-2.5 px-4 pt-1 pb-4">
        {rows.map((record) => (
          <li key={record.id}>
            <RecordCard entity={entity} record={record} linked={!list.deleted} terms={list.terms} />
          </li>
        ))}
      </ul>
      <div className="flex justify-center pb-6">
        {query.data && <Pager list={list} meta={query.data.meta} />}
      </div>
    </>
  );
}

function cardFields(entity: EntityDefinition): {
  figure: FieldDefinition | undefined;
  more: FieldDefinition[];
} {
  const used = new Set([entity.title, entity.status, ...(entity.subtitle ?? [])]);
  const fields = (entity.views?.list?.columns ?? [])
    .filter((name) => !used.has(name))
    .map((name) => findField(entity, name))
    .filter((field) => field !== undefined);
  const figure =
    fields.find((field) => field.display === "gauge") ?? fields.find((field) => field.type !== "datetime");
  return { figure, more: fields.filter((field) => field !== figure) };
}

interface RecordCardProps {
  entity: EntityDefinition;
  record: RecordData;
  linked: boolean;
  terms: string[];
}

function RecordCard({ entity, record, linked, terms }: RecordCardProps) {
  const title = titleOf(entity, record);
  const shown = <Marked text={title} terms={entity.search?.includes(entity.title) ? terms : []} />;
  const status = entity.status ? findField(entity, entity.status) : undefined;
  const { figure, more } = cardFields(entity);
  const last = more.find((field) => hasValue(record[field.name]));
  return (
    <article className="relative grid grid-cols-[minmax(0,1fr)] gap-2.5 rounded-sheet border border-line bg-surface p-3.5 shadow-e1">
      <div className="flex items-start gap-3">
        <Avatar
          name={title}
          size="lg"
          person={entity.name === "identity.user"}
          photo={entity.name === "identity.user" ? photoAddress(record.id, record.photo) : undefined}
        />
        <div className="min-w-0 flex-1">
          {linked ? (
            <Link
              to={recordPath(entity, record.id)}
              className="block truncate font-strong text-lg leading-tight after:absolute after:inset-0 after:content-['']"
            >
              {shown}
            </Link>
          ) : (
            <p className="truncate font-strong text-lg leading-tight">{shown}</p>
          )}
          <div className="mt-0.5 text-text-2 text-body">
            <Subtitle brief entity={entity} record={record} terms={terms} />
          </div>
        </div>
        <div className="relative -mt-1 -mr-2">
          <RecordMenu entity={entity} record={record} />
        </div>
      </div>
      <div className="flex items-center justify-between gap-3 text-lg">
        <span className="min-w-0 truncate">
          {figure && <Figure entity={entity} field={figure} record={record} />}
        </span>
        {status && <FieldValue entity={entity} field={status} record={record} plain />}
      </div>
      {last && <LastLine entity={entity} field={last} record={record} terms={terms} />}
    </article>
  );
}

/** "Yes" alone would not say to what. */
function Figure({
  entity,
  field,
  record,
}: Omit<RecordCardProps, "linked" | "terms"> & { field: FieldDefinition }) {
  const text = useText();
  const name =
    field.type === "boolean" ? text.t("label.colon", { label: fieldLabel(text, entity, field.name) }) : "";
  return (
    <>
      {name && `${name} `}
      <FieldValue entity={entity} field={field} record={record} plain short />
    </>
  );
}

function LastLine({
  entity,
  field,
  record,
  terms,
}: {
  entity: EntityDefinition;
  field: FieldDefinition;
  record: RecordData;
  terms: string[];
}) {
  const text = useText();
  return (
    <p className="truncate text-text-2 text-body">
      {text.t("label.colon", { label: fieldLabel(text, entity, field.name) })}{" "}
      <FoundValue entity={entity} field={field} record={record} terms={terms} short />
    </p>
  );
}
