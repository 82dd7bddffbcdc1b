import { act, renderHook } from "@testing-library/react";
import { BrowserRouter } from "react-router";
import { describe, expect, it } from "vitest";
import { type AuditState, filterOf, summaryStart, useAuditState } from "./audit_state";

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

describe("useAuditState", () => {
  it("keeps the first of two filters that are set before the list is drawn", async () => {
    window.history.replaceState(null, "", "/system/audit");
    const { result } = renderHook(useAuditState, { wrapper: BrowserRouter });
    await act(async () => {
      result.current.set({ person: "u1" });
      result.current.set({ action: "deleted", period: "week" });
    });
    expect(result.current.values).toEqual({ person: "u1", action: "deleted" });
    expect(window.location.search).toBe("?person=u1&action=deleted&period=week");
  });
});
