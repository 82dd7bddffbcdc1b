import { describe, expect, it } from "vitest";
import { createFormat } from "../i18n/format";
import { durationLiteral, durationMs, isoDuration, typedDuration } from "./duration";
import {
  addressLines,
  currencyOf,
  mapLink,
  safeLink,
  splitAny,
  tidyAddress,
  typedPosition,
} from "./structured";

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

describe("durations", () => {
  it.each([
    ["1h30", "PT1H30M"],
    ["90 min", "PT1H30M"],
    ["2 d", "P2D"],
    ["2 j 4 h", "P2DT4H"],
    ["1:30", "PT1H30M"],
    ["1,5 h", "PT1H30M"],
    ["3 horas", "PT3H"],
    ["2 días", "P2D"],
    ["1 semaine", "P7D"],
    ["p1dt2h30m", "P1DT2H30M"],
    ["-8h", "-PT8H"],
    ["0 min", "PT0S"],
  ])("reads %s", (typed, wanted) => {
    expect(typedDuration(typed)).toBe(wanted);
  });

  it.each(["", "90", "demain", "30 min 1 h", "1h99x", "P", "PT", "P1M", "1:75", "--1h"])(
    "refuses %s",
    (typed) => {
      expect(typedDuration(typed)).toBeUndefined();
    },
  );

  it("knows their length, and writes them in one form", () => {
    expect(durationMs("P1DT2H30M")).toBe(95_400_000);
    expect(isoDuration(95_400_000)).toBe("P1DT2H30M");
    expect(durationMs("P1W")).toBe(7 * 86_400_000);
    expect(durationLiteral("P1DT2H30M")).toBe("1d2h30m");
    expect(durationLiteral("PT0.5S")).toBe("500ms");
    expect(durationLiteral("soon")).toBeUndefined();
  });

  it("are told in the reader's language", () => {
    expect(plain(createFormat("fr").span("P1DT2H30M"))).toBe("1 j 2 h 30 min");
    expect(plain(createFormat("en").span("PT90M"))).toBe("1h 30m");
    expect(createFormat("en").span("never")).toBe("never");
  });
});

describe("money", () => {
  it("takes the digits of the field and the sign of the currency", () => {
    expect(plain(createFormat("fr").money("1200.50", "EUR", 2))).toBe("1 200,50 €");
    expect(plain(createFormat("en").money("90071992547409.93", "USD", 2))).toBe("US$90,071,992,547,409.93");
    expect(plain(createFormat("fr").money("5", undefined, 2))).toBe("5,00");
  });

  it("has a fixed currency or that of another field", () => {
    const fee = { name: "fee", type: "money", currency: "USD" } as const;
    const budget = { name: "budget", type: "money", currency: "currency" } as const;
    expect(currencyOf(fee, {})).toBe("USD");
    expect(currencyOf(budget, { currency: "XAF" })).toBe("XAF");
    expect(currencyOf(budget, { currency: null })).toBeUndefined();
  });
});

describe("structured values", () => {
  it("sets an address as on an envelope", () => {
    const address = { lines: ["1 Quai"], postal_code: "33000", city: "Bordeaux", country: "FR" };
    expect(addressLines(address, (code) => code.toLowerCase())).toEqual(["1 Quai", "33000 Bordeaux", "fr"]);
    expect(tidyAddress({ lines: [], city: "" })).toBeNull();
    expect(tidyAddress({ lines: [], city: "Lille" })).toEqual({ city: "Lille" });
  });

  it("reads a copied position within the globe", () => {
    expect(typedPosition("-0.7193, 8.7815")).toEqual({ latitude: -0.7193, longitude: 8.7815 });
    expect(typedPosition("91, 0")).toBeUndefined();
    expect(mapLink({ latitude: 1, longitude: 2 })).toContain("mlat=1&mlon=2");
  });

  it("makes links only of web pages and mail", () => {
    expect(safeLink("https://a.example")).toBe("https://a.example");
    expect(safeLink("mailto:a@b.example")).toBe("mailto:a@b.example");
    for (const bad of ["javascript:alert(1)", "data:text/html,x", "//a.example", "/here", " jAvascript:x"])
      expect(safeLink(bad)).toBeUndefined();
  });

  it("splits what points to any record", () => {
    expect(splitAny("tiers.company/1")).toEqual({ entity: "tiers.company", id: "1" });
    expect(splitAny(null)).toBeUndefined();
  });
});
