import { describe, expect, it } from "vitest";
import { queueOf } from "./uploads";

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

describe("queueOf", () => {
  it("runs a few at a time, and the next when one has ended", async () => {
    const ends: (() => void)[] = [];
    const begun: number[] = [];
    const queue = queueOf(2);
    for (let i = 0; i < 4; i += 1)
      queue(() => {
        begun.push(i);
        return new Promise<void>((resolve) => ends.push(resolve));
      });
    expect(begun).toEqual([0, 1]);
    ends[1]?.();
    await settle();
    expect(begun).toEqual([0, 1, 2]);
    ends[0]?.();
    ends[2]?.();
    await settle();
    expect(begun).toEqual([0, 1, 2, 3]);
  });
});
