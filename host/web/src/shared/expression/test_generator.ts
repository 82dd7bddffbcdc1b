/** Random expressions in the part of the language that CEL defines as well, and records to compute them on. */

/** mulberry32: the same numbers for the same seed on every machine. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** None between U+E000 and U+FFFF, which @bufbuild/cel orders otherwise against those beyond. */
const texts = ["", "a", "A", "ab", "é", "e\u0301", "aé", "%", "_", "'", "\\", "😀", "😁", "z", "\n"];
const integers = [
  0n,
  1n,
  -1n,
  2n,
  3n,
  7n,
  100n,
  -100n,
  4_000_000_000n,
  2n ** 53n + 1n,
  2n ** 63n - 1n,
  -(2n ** 63n),
];
const times = [
  "2026-11-21T07:05:03.123456Z",
  "1969-12-31T23:59:59.999999Z",
  "2026-11-21T00:00:00.000000Z",
  "2000-02-29T12:00:00.500000Z",
];
const spans = ["1h", "-36h", "1us", "1h30m", "1.5s", "0s", "250ms"];

export class Generator {
  private readonly random: () => number;

  constructor(seed: number) {
    this.random = randomNumbers(seed);
  }

  /** Every field has a value: CEL knows no empty ones. */
  record(): Record<string, unknown> {
    return {
      name: this.pick(texts),
      city: this.pick(texts),
      kind: this.pick(["client", "supplier", "partner"]),
      score: this.pick(integers),
      rank: this.pick(integers),
      active: this.below(2) === 0,
      seen_at: this.pick(times),
      made_at: this.pick(times),
      tags: [this.pick(texts), "vip"],
      "parent.city": this.pick(texts),
      "user.id": "u-1",
    };
  }

  /** A calculation may have no result here, where nothing stands around it that CEL could pass over. */
  expression(depth: number): string {
    return this.pick([
      () => this.condition(depth),
      () => this.compared(this.whole(depth), this.whole(depth)),
      () => `${this.whole(depth)} in [${this.pick(integers)}, ${this.pick(integers)}]`,
      () => this.whole(depth),
      () => this.text(depth),
      () => this.moment(depth),
      () => this.span(depth),
    ])();
  }

  private condition(depth: number): string {
    if (depth <= 0)
      return this.pick([
        "active",
        "true",
        "false",
        "score > rank",
        'kind == "client"',
        'kind in ["client", "partner"]',
        '"vip" in tags',
        "rank != 0",
      ]);
    const inner = () => this.condition(depth - 1);
    return this.pick([
      () => `(${inner()} && ${inner()})`,
      () => `(${inner()} || ${inner()} || ${inner()})`,
      () => `!(${inner()})`,
      () => `(${inner()} ? ${inner()} : ${inner()})`,
      () => `(${inner()}) ${this.pick(["==", "!="])} (${inner()})`,
      () => this.compared(this.small(depth - 1), this.pick(["score", "rank", this.small(depth - 1)])),
      () => this.compared(this.text(depth - 1), this.text(depth - 1)),
      () => this.compared(this.moment(depth - 1), this.moment(depth - 1)),
      () => this.compared(this.span(depth - 1), this.span(depth - 1)),
      () => `${this.text(depth - 1)}.contains(${this.text(depth - 1)})`,
      () => `${this.text(depth - 1)}.${this.pick(["startsWith", "endsWith"])}(${this.literal()})`,
      () =>
        `${this.pick(["name", "city"])}.${this.pick(["startsWith", "endsWith"])}(${this.pick(["city", "kind"])})`,
      () => `${this.pick(["score", "rank"])} in [${this.pick(integers)}, ${this.pick(integers)}]`,
      () => `${this.text(depth - 1)} in [${this.literal()}, ${this.literal()}, user.id]`,
      () => `${this.text(depth - 1)} in tags`,
    ])();
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  private pick<T>(options: readonly [T, ...T[]] | readonly T[]): T {
    const option = options[this.below(options.length)];
    if (option === undefined) throw new RangeError("Nothing to pick from");
    return option;
  }

  private compared(left: string, right: string): string {
    return `${left} ${this.pick(["==", "!=", "<", "<=", ">", ">="])} ${right}`;
  }

  private literal(): string {
    return JSON.stringify(this.pick(texts));
  }

  /** On fields as large as they come. Never without a field: such a part would be refused. */
  private whole(depth: number): string {
    if (depth <= 0) return this.pick(["score", "rank", "size(name)", "city.size()", "size(tags)"]);
    const inner = () => this.whole(depth - 1);
    const sign = () => this.pick(["+", "-", "*", "/", "%"]);
    return this.pick([
      () => `(${inner()} ${sign()} ${inner()})`,
      () => `(${inner()} ${sign()} ${this.pick(integers)})`,
      () => `(-${this.whole(0)})`,
      () => `(${this.condition(depth - 1)} ? ${inner()} : ${inner()})`,
      inner,
    ])();
  }

  /** Stays within 64 bits whatever the record. */
  private small(depth: number): string {
    if (depth <= 0) return this.pick(["size(name)", "city.size()", "size(tags)", "2", "-7", "100"]);
    const inner = () => this.small(depth - 1);
    return this.pick([
      () => `(${inner()} ${this.pick(["+", "-", "*"])} ${inner()})`,
      () => `(${inner()} ${this.pick(["/", "%"])} ${this.pick(["3", "-2", "7"])})`,
      () => `(-${inner()})`,
      inner,
    ])();
  }

  private text(depth: number): string {
    if (depth <= 0) return this.pick(["name", "city", "parent.city", "user.id", "(city + kind)"]);
    const inner = () => this.text(depth - 1);
    return this.pick([
      () => this.literal(),
      () => `(${inner()} + ${inner()})`,
      () => `(${this.condition(depth - 1)} ? ${inner()} : ${inner()})`,
      inner,
    ])();
  }

  private moment(depth: number): string {
    if (depth <= 0) return this.pick(["seen_at", "made_at", `timestamp("${this.pick(times)}")`]);
    return this.pick([
      () => `(${this.moment(depth - 1)} ${this.pick(["+", "-"])} ${this.span(depth - 1)})`,
      () => `(${this.condition(depth - 1)} ? ${this.moment(depth - 1)} : ${this.moment(depth - 1)})`,
      () => this.moment(0),
    ])();
  }

  private span(depth: number): string {
    if (depth <= 0) return `duration("${this.pick(spans)}")`;
    return this.pick([
      () => `(${this.moment(depth - 1)} - ${this.moment(depth - 1)})`,
      () => `(${this.span(depth - 1)} ${this.pick(["+", "-"])} ${this.span(depth - 1)})`,
      () => this.span(0),
    ])();
  }
}
