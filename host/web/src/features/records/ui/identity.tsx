import type { EntityDefinition, RecordData } from "@opsflux/ui";
import { Fragment } from "react";
import { findField } from "../../../shared/i18n/entity_text";
import { FieldValue, hasValue } from "../../../shared/ui/field_value";

/** What a record is, in one line: type, place, company. */
export function Subtitle({
  entity,
  record,
  plain = true,
}: {
  entity: EntityDefinition;
  record: RecordData;
  plain?: boolean;
}) {
  const fields = (entity.subtitle ?? [])
    .map((name) => findField(entity, name))
    .filter((field) => field !== undefined)
    .filter((field) => hasValue(record[field.name]));
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-2 touch:flex-nowrap touch:overflow-hidden">
      {fields.map((field, position) => (
        <Fragment key={field.name}>
          {position > 0 && (
            <span aria-hidden="true" className="text-text-3">
              ·
            </span>
          )}
          <span className="min-w-0 truncate first:shrink-0">
            <FieldValue entity={entity} field={field} record={record} plain={plain} />
          </span>
        </Fragment>
      ))}
    </span>
  );
}
