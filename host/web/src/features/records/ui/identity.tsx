import { classNames, type EntityDefinition, type RecordData } from "@opsflux/ui";
import { Fragment } from "react";
import { findField } from "../../../shared/i18n/entity_text";
import { FieldValue, hasValue } from "../../../shared/ui/field_value";
import { FoundValue } from "../../../shared/ui/found_value";

export interface SubtitleProps {
  entity: EntityDefinition;
  record: RecordData;
  plain?: boolean;
  /** The two first things in one line, for cards. */
  brief?: boolean;
  /** What a search looks for, to be marked; then there is nothing to press. */
  terms?: string[];
}

/** What a record is, in one line: type, place, company. */
export function Subtitle({ entity, record, plain = true, brief, terms }: SubtitleProps) {
  const fields = (entity.subtitle ?? [])
    .map((name) => findField(entity, name))
    .filter((field) => field !== undefined)
    .filter((field) => hasValue(record[field.name]))
    .slice(0, brief ? 2 : undefined);
  return (
    <span className={classNames("flex min-w-0 items-center gap-x-2", !brief && "flex-wrap")}>
      {fields.map((field, position) => (
        <Fragment key={field.name}>
          {position > 0 && (
            <span aria-hidden="true" className="text-text-3">
              ·
            </span>
          )}
          <span className={classNames("truncate", brief && position === 0 ? "shrink-0" : "min-w-0")}>
            {terms ? (
              <FoundValue entity={entity} field={field} record={record} terms={terms} />
            ) : (
              <FieldValue entity={entity} field={field} record={record} plain={plain} />
            )}
          </span>
        </Fragment>
      ))}
    </span>
  );
}
