import { renderHook } from "@testing-library/react";
import { act } from "react";
import { describe, expect, it } from "vitest";
import type { Bundle } from "../api/app";
import { createHost, forget, useWidgets } from "./registry";

const bundle: Bundle = {
  module: "tiers",
  version: "1.0.0",
  entry: "/modules/tiers/abc/web/index.js",
  widgets: [{ id: "score", slot: "record.aside", entity: "company" }],
};

const Widget = () => null;

describe("createHost", () => {
  it("binds a declared widget to its entity, and forget takes it back", () => {
    const { result } = renderHook(() => useWidgets("record.aside", "tiers.company"));
    act(() => createHost(bundle).registerWidget("record.aside", Widget));
    expect(result.current.map((entry) => [entry.id, entry.entity])).toEqual([["score", "tiers.company"]]);
    act(() => forget("tiers"));
    expect(result.current).toEqual([]);
  });

  it("refuses a widget that the manifest does not declare, and says what it declares", () => {
    expect(() => createHost(bundle).registerWidget("home.card", Widget)).toThrow(/score in record\.aside/);
  });

  it("shows a widget only for its entity", () => {
    const { result } = renderHook(() => useWidgets("record.aside", "tiers.contact"));
    act(() => createHost(bundle).registerWidget("record.aside", Widget));
    expect(result.current).toEqual([]);
    act(() => forget("tiers"));
  });
});
