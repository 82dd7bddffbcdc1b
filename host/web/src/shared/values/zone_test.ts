import { describe, expect, it } from "vitest";
import { createFormat } from "../i18n/format";
import { knownZone, momentOf, wallText } from "./zone";

describe("time zones", () => {
  it("knows those of the browser only", () => {
    expect(knownZone("Africa/Libreville")).toBe("Africa/Libreville");
    expect(knownZone("Mars/Olympus")).toBeUndefined();
    expect(knownZone(null)).toBeUndefined();
  });

  it("turns moments into wall time and back", () => {
    for (const [moment, zone, wall] of [
      ["2026-11-26T22:30:00.000Z", "Africa/Libreville", "2026-11-26T23:30"],
      ["2026-11-26T22:30:00.000Z", "Asia/Tokyo", "2026-11-27T07:30"],
      ["2026-07-01T00:00:00.000Z", "America/New_York", "2026-06-30T20:00"],
      // The day on which the clocks of Paris are put back.
      ["2026-10-25T03:30:00.000Z", "Europe/Paris", "2026-10-25T04:30"],
    ] as const) {
      expect(wallText(moment, zone)).toBe(wall);
      expect(momentOf(wall, zone)).toBe(moment);
    }
    // There is no 02:30 when they are put forward.
    expect(wallText(momentOf("2026-03-29T02:30", "Europe/Paris"), "Europe/Paris")).toMatch(/T0[13]:30$/);
  });

  it("writes moments in the chosen zone, and days as they are", () => {
    const format = createFormat("en", { zone: "Asia/Tokyo", dates: "year_month_day", times: "24" });
    expect(format.dateTime("2026-11-26T22:30:00Z")).toBe("2026-11-27, 07:30");
    expect(format.date("2026-11-26")).toBe("2026-11-26");
    expect(createFormat("fr", { zone: "Asia/Tokyo" }).time("2026-11-26T22:30:00Z")).toBe("07:30");
    expect(createFormat("fr", { zone: "Africa/Libreville" }).time("2026-11-26T22:30:00Z")).toBe("23:30");
  });
});
