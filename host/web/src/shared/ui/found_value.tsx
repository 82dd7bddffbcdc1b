import type { FieldType } from "@opsflux/ui";
import { piecesOf } from "../values/words";
import { FieldValue, type FieldValueProps } from "./field_value";

/** A text in which the words that a search looks for are marked. */
export function Marked({ text, terms }: { text: string; terms: string[] }) {
  return piecesOf(text, terms).map((piece, position) =>
    piece.found ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no other name
      <mark key={position}>{piece.text}</mark>
    ) : (
      piece.text
    ),
  );
}

/** Types whose values are shown as they stand in the search. */
const asWritten = new Set<FieldType>(["text", "longtext", "email", "phone", "url", "sequence"]);

/** As FieldValue with nothing to press, and what `terms` find in it marked, where the search looks into the field. */
export function FoundValue({ terms, ...props }: Omit<FieldValueProps, "plain"> & { terms: string[] }) {
  const { entity, field, record } = props;
  const value = record[field.name];
  if (
    terms.length === 0 ||
    typeof value !== "string" ||
    value === "" ||
    !asWritten.has(field.type) ||
    !entity.search?.includes(field.name)
  )
    return <FieldValue {...props} plain />;
  return <Marked text={value} terms={terms} />;
}
