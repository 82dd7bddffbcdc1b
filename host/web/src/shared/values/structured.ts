import type { FieldDefinition } from "@opsflux/ui";

export interface Address {
  lines?: string[];
  postal_code?: string;
  city?: string;
  region?: string;
  country?: string;
}

export interface Geo {
  latitude: number;
  longitude: number;
}

export function isAddress(value: unknown): value is Address {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isGeo(value: unknown): value is Geo {
  const geo = value as Partial<Geo> | null;
  return typeof geo?.latitude === "number" && typeof geo.longitude === "number";
}

/** As it stands on an envelope. */
export function addressLines(address: Address, country: (code: string) => string): string[] {
  return [
    ...(address.lines ?? []),
    [address.postal_code, address.city].filter(Boolean).join(" "),
    address.region ?? "",
    address.country ? country(address.country) : "",
  ].filter((line) => line !== "");
}

/** Without what is empty; null when nothing is left. */
export function tidyAddress(address: Address): Address | null {
  const kept = Object.entries(address).filter(([, value]) => value !== undefined && value.length > 0);
  return kept.length === 0 ? null : (Object.fromEntries(kept) as Address);
}

/** "-0.7193, 8.7815", as maps give a position to copy. */
export function typedPosition(text: string): Geo | undefined {
  const found = /^\s*(-?\d{1,2}(?:\.\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*$/.exec(text);
  if (!found) return undefined;
  const geo = { latitude: Number(found[1]), longitude: Number(found[2]) };
  return Math.abs(geo.latitude) <= 90 && Math.abs(geo.longitude) <= 180 ? geo : undefined;
}

export function mapLink({ latitude, longitude }: Geo): string {
  return `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=15/${latitude}/${longitude}`;
}

/** "tiers.company/<identifier>" in its two parts. */
export function splitAny(value: unknown): { entity: string; id: string } | undefined {
  const [entity = "", id = ""] = typeof value === "string" ? value.split("/") : [];
  return entity !== "" ? { entity, id } : undefined;
}

/** The currency of an amount: fixed, or that of another field of the record. */
export function currencyOf(
  field: FieldDefinition,
  values: Record<string, unknown> | undefined,
): string | undefined {
  const given = field.currency;
  if (given === undefined || /^[A-Z]{3}$/.test(given)) return given;
  const own = values?.[given];
  return typeof own === "string" && own !== "" ? own : undefined;
}

/** The two kinds of references: one record of the entity `to`, or several. */
export function isReference(field: FieldDefinition): boolean {
  return ["reference", "parent", "user", "group"].includes(field.type);
}

export function isList(field: FieldDefinition): boolean {
  return ["tags", "enums", "references", "files"].includes(field.type);
}

/** Names files that belong to the record. */
export function isFile(field: FieldDefinition): boolean {
  return ["file", "files", "image"].includes(field.type);
}

/** What a chart or a column's head may add up. */
export function isMeasure(field: FieldDefinition): boolean {
  return ["integer", "decimal", "money", "duration"].includes(field.type);
}

/** Only these schemes are made into links out of what people typed. */
export function safeLink(address: string): string | undefined {
  return /^(https?:\/\/|mailto:)/i.test(address.trim()) ? address.trim() : undefined;
}
