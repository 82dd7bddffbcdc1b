import type { EntityDefinition, FieldDefinition } from "@opsflux/ui";
import { enumLabel } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { RecordName } from "../../../shared/ui/record_name";
import { currencyOf, splitAny } from "../../../shared/values/structured";
import type { Operator } from "../api/filters";
import { readPeriod, takesDays } from "../api/periods";

export interface ConditionValueProps {
  entity: EntityDefinition;
  field: FieldDefinition;
  value: string;
  operator: Operator;
}

export function ConditionValue({ entity, field, value, operator }: ConditionValueProps) {
  const text = useText();
  const { format } = text;
  const figure = () => Number.isFinite(Number(value));
  const period = operator === "within" ? readPeriod(value) : undefined;
  if (period && takesDays(period.choice)) return text.n(`period.counted_${period.choice}`, period.days);
  if (period) return text.t(`period.${period.choice}`);
  switch (field.type) {
    case "reference":
    case "references":
    case "parent":
    case "user":
    case "group":
      return <RecordName to={field.to ?? entity.name} id={value} />;
    case "any": {
      const target = splitAny(value);
      return target && <RecordName to={target.entity} id={target.id} />;
    }
    case "enum":
    case "enums":
      return enumLabel(text, entity, field.name, value);
    case "boolean":
      return text.t(value === "true" ? "value.yes" : "value.no");
    case "country":
      return format.country(value);
    case "currency":
      return format.currency(value);
    case "duration":
      return format.span(value);
    case "integer":
    case "decimal":
      return figure() ? format.number(value) : value;
    case "money":
      return figure() ? format.money(value, currencyOf(field, undefined)) : value;
    case "date":
    case "datetime":
      return format.date(value);
    default:
      return value;
  }
}
