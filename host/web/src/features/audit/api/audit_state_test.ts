import { describe, expect, it } from "vitest";
import { type AuditState, filterOf, summaryStart } from "./audit_state";

const all: AuditState = { tab: "all", period: "all", q: "", values: {} };

describe("filterOf", () => {
  it("is empty where nothing narrows", () => {
    expect(filterOf(all)).toBe("");
  });

  it("joins tab, period and values, and keeps an alternative together", () => {
    expect(filterOf({ ...all, tab: "exports", period: "week", values: { person: "u1" } })).toBe(
      '(action == "exported" || action == "read.export") && at >= now() - duration("168h") && actor_id == "u1"',
    );
  });

  it("quotes what comes from rows", () => {
    expect(filterOf({ ...all, values: { record: 'a" || true || "', address: "10.0.0.1" } })).toBe(
      'record_id == "a\\" || true || \\"" && address == "10.0.0.1"',
    );
  });
});

describe("summaryStart", () => {
  it("is a day", () => {
    expect(summaryStart("week", new Date("2026-11-26T10:00:00Z"))).toBe("2026-11-19");
    expect(summaryStart("all", new Date("2026-11-26T10:00:00Z"))).toBe("2025-11-26");
  });
});
