import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createFormat } from "./format";

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

describe("createFormat in French", () => {
  const format = createFormat("fr");

  beforeEach(() => vi.useFakeTimers({ now: new Date("2026-11-20T14:32:00") }));
  afterEach(() => vi.useRealTimers());

  it("writes figures with spaces and commas, and keeps every digit of a decimal", () => {
    expect(plain(format.number(18412))).toBe("18 412");
    expect(plain(format.number("12345678901234567.89", 2))).toBe("12 345 678 901 234 567,89");
  });

  it("tells the time that has gone by up to a day, then the date", () => {
    expect(plain(format.ago("2026-11-20T14:20:00"))).toBe("il y a 12 min");
    expect(plain(format.agoShort("2026-11-20T13:30:00"))).toBe("1 h");
    expect(format.agoShort("2026-11-19T18:00:00")).toBe("hier");
    expect(plain(format.agoShort("2026-11-12T10:00:00"))).toBe("12 nov.");
    expect(plain(format.ago("2025-12-12T10:00:00"))).toBe("12 déc. 2025");
  });

  it("does not move a date to another day", () => {
    expect(plain(format.date("2026-12-12"))).toBe("12 déc. 2026");
  });

  it("writes sizes and durations for people", () => {
    expect(plain(format.bytes(4_820_000))).toBe("4,82 Mo");
    expect(plain(format.duration(430))).toBe("0,4 s");
    expect(plain(format.duration(48))).toBe("48 ms");
  });

  it("names countries, and shows an unknown code as it is", () => {
    expect(format.country("GA")).toBe("Gabon");
    expect(format.country("?")).toBe("?");
  });
});
