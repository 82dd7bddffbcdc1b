import { CategoryText, type EntityDefinition, type FieldDefinition, Status, Tag } from "@opsflux/ui";
import { MapPin } from "lucide-react";
import { enumLabel } from "../i18n/entity_text";
import { useText } from "../i18n/text";
import { plainText } from "../values/plain_text";
import {
  type Address,
  addressLines,
  type Geo,
  isAddress,
  isGeo,
  mapLink,
  splitAny,
} from "../values/structured";
import { RecordName } from "./record_name";
import { RichText } from "./rich_text";

export interface ComposedValueProps {
  entity: EntityDefinition;
  field: FieldDefinition;
  value: unknown;
  plain?: boolean;
  short?: boolean;
}

/** The types whose values have parts, or a form of their own. */
export function ComposedValue(props: ComposedValueProps) {
  const { field, value, plain, short } = props;
  switch (field.type) {
    case "richtext":
      return plain || short ? plainText(String(value)) : <RichText value={String(value)} />;
    case "enums":
      return <Choices {...props} values={Array.isArray(value) ? value.map(String) : []} />;
    case "references":
      return <References {...props} ids={Array.isArray(value) ? value.map(String) : []} />;
    case "any":
      return <AnyRecord {...props} />;
    case "color":
      return <Swatch color={String(value)} />;
    case "address":
      return isAddress(value) ? <AddressValue address={value} line={plain || short} /> : null;
    case "geo":
      return isGeo(value) ? <GeoValue geo={value} plain={plain} /> : null;
    default:
      return null;
  }
}

/** One value of an enumeration, in the tone or colour that the definition gives it. */
export function EnumWord({
  entity,
  field,
  value,
  badge,
}: {
  entity: EntityDefinition;
  field: FieldDefinition;
  value: string;
  badge?: boolean;
}) {
  const text = useText();
  const label = enumLabel(text, entity, field.name, value);
  const tone = field.tones?.[value];
  if (tone)
    return (
      <Status tone={tone} badge={badge}>
        {label}
      </Status>
    );
  const category = field.colors?.[value];
  return category ? <CategoryText category={category}>{label}</CategoryText> : label;
}

function Choices({ entity, field, values }: ComposedValueProps & { values: string[] }) {
  return (
    <span className="inline-flex max-w-full flex-wrap gap-1">
      {values.map((value) => (
        <Tag key={value}>
          <EnumWord entity={entity} field={field} value={value} />
        </Tag>
      ))}
    </span>
  );
}

function References({ field, ids, plain, short }: ComposedValueProps & { ids: string[] }) {
  return ids.map((id, position) => (
    <span key={id}>
      {position > 0 && ", "}
      <RecordName to={field.to} id={id} linked={!plain && !short} />
    </span>
  ));
}

function AnyRecord({ value, plain, short }: ComposedValueProps) {
  const target = splitAny(value);
  return target && <RecordName to={target.entity} id={target.id} linked={!plain && !short} />;
}

function Swatch({ color }: { color: string }) {
  return (
    <span className="inline-flex items-center gap-2">
      <svg viewBox="0 0 14 14" aria-hidden="true" className="size-3.5 shrink-0">
        <rect width="14" height="14" rx="3" fill={color} stroke="var(--line-control)" />
      </svg>
      <span className="font-mono text-sm">{color}</span>
    </span>
  );
}

function AddressValue({ address, line }: { address: Address; line: boolean | undefined }) {
  const { format } = useText();
  const lines = addressLines(address, format.country);
  if (line) return lines.join(", ");
  return (
    <address className="not-italic">
      {lines.map((text, position) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of an address are told by their place
        <span key={position} className="block">
          {text}
        </span>
      ))}
    </address>
  );
}

function GeoValue({ geo, plain }: { geo: Geo; plain: boolean | undefined }) {
  const { t, format } = useText();
  const shown = `${format.number(geo.latitude)}° ; ${format.number(geo.longitude)}°`;
  if (plain) return shown;
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2">
      {shown}
      <a
        href={mapLink(geo)}
        target="_blank"
        rel="noreferrer noopener"
        className="page-link inline-flex items-center gap-1 text-sm"
      >
        <MapPin size={13} aria-hidden="true" />
        {t("geo.open")}
      </a>
    </span>
  );
}
