import type { RecordData } from "@opsflux/ui";
import type { Draft } from "../../../shared/api/records";
import { sameValue } from "./draft";
import { sameParts } from "./parts";

export interface Conflict {
  /** The record as it is on the server now. */
  current: RecordData;
  /** What this user wanted to change. */
  mine: Draft;
  /** The record that the user started from; undefined when it is not known any more. */
  base: RecordData | undefined;
}

/** The fields that both changed, and not to the same: only about those somebody has to decide. */
export function disputed({ current, mine, base }: Conflict): string[] {
  const theirs = (name: string) =>
    base === undefined || !(isParts(current[name]) ? sameParts : sameValue)(base[name], current[name]);
  return Object.keys(mine).filter((name) => !sameValue(mine[name], current[name]) && theirs(name));
}

const isParts = (value: unknown) => Array.isArray(value) && value.some((item) => typeof item === "object");
