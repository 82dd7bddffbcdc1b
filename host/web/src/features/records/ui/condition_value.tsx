import type { EntityDefinition, FieldDefinition } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { useEntity } from "../../../shared/api/app";
import { recordQuery } from "../../../shared/api/records";
import { titleOf } from "../../../shared/api/title";
import { enumLabel } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";

export interface ConditionValueProps {
  entity: EntityDefinition;
  field: FieldDefinition;
  value: string;
}

export function ConditionValue({ entity, field, value }: ConditionValueProps) {
  const text = useText();
  if (field.type === "reference") return <ReferenceName to={field.to} id={value} />;
  if (field.type === "enum") return enumLabel(text, entity, field.name, value);
  if (field.type === "boolean") return text.t(value === "true" ? "value.yes" : "value.no");
  if (field.type === "country") return text.format.country(value);
  if (field.type === "integer" || field.type === "decimal")
    return Number.isFinite(Number(value)) ? text.format.number(value) : value;
  if (field.type === "date" || field.type === "datetime") return text.format.date(value);
  return value;
}

export function ReferenceName({ to, id }: { to: string | undefined; id: string }) {
  const target = useEntity(to);
  return target ? <KnownName entity={target} id={id} /> : id;
}

function KnownName({ entity, id }: { entity: EntityDefinition; id: string }) {
  const record = useQuery(recordQuery(entity, id)).data;
  return record ? titleOf(entity, record) : id;
}
