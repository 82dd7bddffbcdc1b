import type { EntityDefinition, FieldDefinition, RecordData } from "@opsflux/ui";
import { useApp } from "../../../shared/api/app";
import type { Draft } from "../../../shared/api/records";
import { changesOf, initialDraft, sameValue } from "./draft";

/** Records of another entity that a record has as a list under `name`, and that are saved with it. */
export interface PartList {
  name: string;
  entity: EntityDefinition;
}

/** Those whose definitions this person knows. */
export function usePartLists(entity: EntityDefinition): PartList[] {
  const { entities } = useApp();
  return partLists(entity, entities);
}

export function partLists(entity: EntityDefinition, entities: EntityDefinition[]): PartList[] {
  return (entity.parts ?? []).flatMap(({ name, entity: of }) => {
    const part = entities.find((candidate) => candidate.name === of);
    return part ? [{ name, entity: part }] : [];
  });
}

export const partsOf = (list: PartList, record: Draft | undefined): Draft[] =>
  Array.isArray(record?.[list.name]) ? (record[list.name] as Draft[]) : [];

/** The columns of a list of parts: those that its list shows, else all; never the whole and the position. */
export function partColumns({ entity }: PartList): FieldDefinition[] {
  const fixed = [entity.part_of?.field, entity.part_of?.position];
  const names = entity.views?.list?.columns ?? entity.fields.map((field) => field.name);
  return names
    .filter((name) => !fixed.includes(name))
    .map((name) => entity.fields.find((field) => field.name === name))
    .filter((field) => field !== undefined);
}

/** What a form asks of a part, in the order of the columns; fields that are no column come after. */
export function partFields(list: PartList): FieldDefinition[] {
  const columns = partColumns(list);
  const fixed = [list.entity.part_of?.field, list.entity.part_of?.position];
  const rest = list.entity.fields.filter(
    (field) => !columns.includes(field) && !fixed.includes(field.name) && !field.read_only,
  );
  return [...columns, ...rest];
}

export const newPart = (list: PartList, me: string): Draft =>
  initialDraft(list.entity, new URLSearchParams(), me);

/** The list as it is sent: of parts that are there what differs, of new ones all. Undefined where nothing differs. */
export function changedParts(
  list: PartList,
  draft: Draft,
  record: RecordData | undefined,
): Draft[] | undefined {
  if (!(list.name in draft)) return undefined;
  const before = partsOf(list, record);
  const after = partsOf(list, draft);
  const items = after.map((part) => {
    const stored = before.find((one) => one.id !== undefined && one.id === part.id) as RecordData | undefined;
    const changes = changesOf(list.entity, part, stored);
    delete changes[list.entity.part_of?.field ?? ""];
    return stored ? { id: stored.id, ...changes } : changes;
  });
  const same =
    items.length === before.length &&
    items.every((item, index) => item.id === before[index]?.id && Object.keys(item).length === 1);
  return same ? undefined : items;
}

/** Whether a record's parts are still those of another reading of it. */
export const sameParts = (a: unknown, b: unknown): boolean => {
  const plain = (value: unknown) =>
    Array.isArray(value) ? value.map((part: RecordData) => [part.id, part.version]) : value;
  return sameValue(plain(a), plain(b));
};
