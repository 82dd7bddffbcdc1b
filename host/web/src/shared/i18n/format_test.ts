import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createFormat } from "./format";

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

describe("createFormat as a person wants it", () => {
  it("writes days in the chosen order, in every language", () => {
    for (const language of ["fr", "en"] as const) {
      expect(createFormat(language, { dates: "day_month_year" }).date("2026-02-01")).toBe("01/02/2026");
      expect(createFormat(language, { dates: "month_day_year" }).date("2026-02-01")).toBe("02/01/2026");
      expect(createFormat(language, { dates: "year_month_day" }).date("2026-02-01")).toBe("2026-02-01");
    }
    expect(plain(createFormat("fr", { dates: "auto" }).date("2026-02-01"))).toBe("1 févr. 2026");
  });

  it("writes hours to 24 or to 12, with midnight and noon as one expects them", () => {
    const [noon, midnight, evening] = ["2026-02-01T12:05:09", "2026-02-01T00:05:09", "2026-02-01T21:05:09"];
    const to24 = createFormat("en", { times: "24" });
    const to12 = createFormat("fr", { times: "12" });
    expect([to24.time(noon), to24.time(midnight), to24.time(evening)]).toEqual(["12:05", "00:05", "21:05"]);
    expect([noon, midnight, evening].map((at) => plain(to12.time(at)))).toEqual([
      "12:05 PM",
      "12:05 AM",
      "09:05 PM",
    ]);
    expect(to24.timeExact(evening)).toBe("21:05:09");
    expect(plain(createFormat("fr", { dates: "year_month_day", times: "24" }).dateTime(evening))).toBe(
      "2026-02-01, 21:05",
    );
  });
});

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
