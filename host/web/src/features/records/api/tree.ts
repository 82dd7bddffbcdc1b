import type { RecordData } from "@opsflux/ui";

export interface Placed {
  record: RecordData;
  /** 0 at the top. */
  level: number;
}

/** Each record below its parent, in the order given; what has its parent outside of these stands at the top. */
export function inTree(records: RecordData[], parentOf: (record: RecordData) => unknown): Placed[] {
  const known = new Set(records.map((record) => record.id));
  const below = new Map<string, RecordData[]>();
  const top: RecordData[] = [];
  for (const record of records) {
    const parent = parentOf(record);
    if (typeof parent !== "string" || !known.has(parent)) top.push(record);
    else below.set(parent, [...(below.get(parent) ?? []), record]);
  }
  const placed = new Map<string, Placed>();
  const place = (record: RecordData, level: number) => {
    if (placed.has(record.id)) return;
    placed.set(record.id, { record, level });
    for (const child of below.get(record.id) ?? []) place(child, level + 1);
  };
  for (const record of top) place(record, 0);
  // Only a circle leaves records over.
  for (const record of records) place(record, 0);
  return [...placed.values()];
}
