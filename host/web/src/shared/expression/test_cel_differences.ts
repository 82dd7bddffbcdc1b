import type { JsonValue } from "./values";

/** A value as REST JSON, with whole numbers as text so that they compare; or that there is none. */
export type Outcome = { value: JsonValue } | "no result";

export interface Difference {
  expression: string;
  record?: Record<string, unknown>;
  ours: Outcome;
  cel: Outcome;
}

const none = "no result" as const;
const yes = { value: true };
const no = { value: false };
const min = -(2n ** 63n);

/**
 * Where the language and CEL, or its implementation in @bufbuild/cel, differ on purpose, by reason. The test
 * holds both sides to what stands here.
 */
export const differences: Record<string, Difference[]> = {
  "An empty field makes comparisons false; CEL compares null with nothing but itself": [
    { expression: "score > 3", record: { score: null }, ours: no, cel: none },
    { expression: "!(score >= 3)", record: { score: null }, ours: yes, cel: none },
    { expression: "!active", record: { active: null }, ours: yes, cel: none },
    { expression: 'name.contains("")', record: { name: null }, ours: no, cel: none },
    { expression: "score == rank", record: { score: null, rank: null }, ours: no, cel: yes },
    { expression: "score + 1", record: { score: null }, ours: { value: null }, cel: none },
  ],
  "Decimals are exact, and mix with whole numbers": [
    { expression: "0.1 + 0.2 == 0.3", ours: yes, cel: no },
    { expression: "score * 1.5 == 4.5", record: { score: 3n }, ours: yes, cel: none },
    { expression: "1.0 / 0.0 > 1.0", ours: none, cel: yes },
  ],
  "A part without fields that has no result is refused, even where it is not reached": [
    { expression: "score > 0 || 1 / 0 == 1", record: { score: 1 }, ours: none, cel: yes },
    { expression: "(active ? 1 / 0 : 2) == 2", record: { active: false }, ours: none, cel: yes },
  ],
  "CEL's && and || pass over a missing result when the other side decides": [
    {
      expression: "score / rank > 1 || active",
      record: { score: 1n, rank: 0n, active: true },
      ours: none,
      cel: yes,
    },
    { expression: "-score > 0 && false", record: { score: min }, ours: none, cel: no },
  ],
  "@bufbuild/cel strikes two minus signs out, and so the overflow between them": [
    { expression: "-(-score)", record: { score: min }, ours: none, cel: { value: String(min) } },
  ],
  "Texts are ordered by code point, as CEL says; @bufbuild/cel orders them by UTF-16 unit": [
    { expression: 'name > "\\U0001F600"', record: { name: "\uFFFD" }, ours: no, cel: yes },
    { expression: 'name < "\\uffff"', record: { name: "😀" }, ours: no, cel: yes },
    { expression: 'name > "\\ue000"', record: { name: "😀" }, ours: yes, cel: no },
    { expression: '"\\uffff" < "\\U00010000"', record: {}, ours: yes, cel: no },
  ],
  "Times are kept to the microsecond": [
    {
      expression: 'seen_at == timestamp("2026-11-21T07:05:03.123456789Z")',
      record: { seen_at: "2026-11-21T07:05:03.123456Z" },
      ours: yes,
      cel: no,
    },
    {
      expression: 'seen_at == timestamp("1969-12-31T23:59:59.9999999Z")',
      record: { seen_at: "1969-12-31T23:59:59.999999Z" },
      ours: yes,
      cel: no,
    },
    { expression: 'duration("1ns") > duration("0s")', ours: none, cel: yes },
  ],
  "Durations are 64 bits of microseconds; CEL's are of nanoseconds": [
    {
      expression: "seen_at - made_at",
      record: { seen_at: "2261-12-31T23:59:59.999999Z", made_at: "1678-01-01T00:00:00.000000Z" },
      ours: { value: "18429206399.999999s" },
      cel: none,
    },
    { expression: 'duration("9223372036854775807us")', ours: { value: "9223372036854.775807s" }, cel: none },
  ],
  "A day is a unit of durations": [
    { expression: 'duration("1d") == duration("24h")', ours: yes, cel: none },
    { expression: 'duration("9223372036854.775807s") > duration("106751991d")', ours: yes, cel: none },
    { expression: 'duration("9223372036855us") > duration("106d")', ours: yes, cel: none },
  ],
  "A space may stand between day and time, and z be small, as RFC 3339 allows": [
    {
      expression: 'seen_at == timestamp("2026-11-21 07:05:03z")',
      record: { seen_at: "2026-11-21T07:05:03.000000Z" },
      ours: yes,
      cel: none,
    },
  ],
  "A day that does not exist is refused; @bufbuild/cel takes it for a later one": [
    {
      expression: 'timestamp("2026-02-30T00:00:00Z")',
      ours: none,
      cel: { value: "2026-03-02T00:00:00.000000Z" },
    },
  ],
  "Additions to CEL": [
    { expression: 'name.icontains("É") || name.icontains("A")', record: { name: "a" }, ours: yes, cel: none },
    {
      expression: 'startOf(seen_at, "month")',
      record: { seen_at: "2026-11-21T07:05:03.123456Z" },
      ours: { value: "2026-11-01T00:00:00.000000Z" },
      cel: none,
    },
    { expression: 'addMonths(date("2024-01-31"), 1)', ours: { value: "2024-02-29" }, cel: none },
    { expression: "today()", ours: { value: "2026-11-21" }, cel: none },
    { expression: 'date("2026-01-31")', ours: { value: "2026-01-31" }, cel: none },
    { expression: '-duration("1s")', ours: { value: "-1.000000s" }, cel: none },
  ],
  "Mistakes are refused that CEL lets pass": [
    { expression: 'kind == "nobody"', record: { kind: "client" }, ours: none, cel: no },
    { expression: 'kind < "d"', record: { kind: "client" }, ours: none, cel: yes },
    { expression: 'score == "3"', record: { score: 3n }, ours: none, cel: no },
    { expression: "active < true", record: { active: false }, ours: none, cel: yes },
    { expression: "1 < 2 == true", ours: none, cel: yes },
    { expression: "score in [rank]", record: { score: 1n, rank: 1n }, ours: none, cel: yes },
  ],
  "Not offered": [
    { expression: 'name.matches("a+")', record: { name: "aa" }, ours: none, cel: yes },
    { expression: "1u == 1u", ours: none, cel: yes },
    { expression: 'b"a" == b"a"', ours: none, cel: yes },
    { expression: "[1, 2] == [1, 2]", ours: none, cel: yes },
    { expression: "tags[0]", record: { tags: ["a"] }, ours: none, cel: { value: "a" } },
    { expression: 'tags.exists(tag, tag == "a")', record: { tags: ["a"] }, ours: none, cel: yes },
    { expression: "string(score)", record: { score: 3n }, ours: none, cel: { value: "3" } },
    { expression: 'name.endsWith(city + "")', record: { name: "ab", city: "b" }, ours: none, cel: yes },
  ],
};
