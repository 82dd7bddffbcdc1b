import type { EntityDefinition } from "@opsflux/ui";
import { act, cleanup, render } from "@testing-library/react";
import { createBrowserRouter, RouterProvider } from "react-router";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type ListControl, standingFilter, useListState } from "./list_state";

const company: EntityDefinition = {
  name: "tiers.company",
  entity: "company",
  module: "tiers",
  plural: "companies",
  path: "/api/v1/tiers/companies",
  title: "legal_name",
  rights: ["view"],
  search: ["legal_name", "city"],
  fields: [
    { name: "legal_name", type: "text" },
    { name: "city", type: "text" },
    { name: "score", type: "integer" },
  ],
  views: { list: { columns: ["legal_name"], sort: "-score" } },
};

let list: ListControl;

function Page() {
  list = useListState(company);
  return null;
}

/** Does something with what was drawn last, and waits for the next drawing. */
const doing = (what: () => void) =>
  act(async () => {
    what();
    await new Promise((resolve) => setTimeout(resolve));
  });

beforeEach(() => {
  window.history.replaceState(null, "", "/tiers/companies");
  render(<RouterProvider router={createBrowserRouter([{ path: "*", element: <Page /> }])} />);
});
afterEach(cleanup);

it("keeps each of several changes that come before the list is drawn", async () => {
  await doing(() => {
    list.addCondition({ field: "score", operator: "at_least", value: "3" });
    list.addCondition({ field: "city", operator: "filled", value: "" });
    list.set({ q: "port" });
  });
  expect(list.query.filter).toBe("score >= 3 && has(city)");
  expect(list.q).toBe("port");
  await doing(() => {
    const [first, second] = list.conditions;
    if (!first || !second) throw new Error("two conditions");
    list.removeCondition(first);
    list.removeCondition(second);
  });
  expect(list.conditions).toEqual([]);
  expect(window.location.search).toBe("?q=port");
});

it("shows what the definition lets stand until a tab or a condition on the same field says otherwise", () => {
  const people = { ...company, views: { list: { columns: ["city"], filter: 'city != "gone"' } } };
  const state = { deleted: false, conditions: [] };
  expect(standingFilter(people, state)).toBe('city != "gone"');
  expect(standingFilter(company, state)).toBeUndefined();
  expect(standingFilter(people, { ...state, deleted: true })).toBeUndefined();
  const on = (field: string) => ({ ...state, conditions: [{ field, operator: "is" as const, value: "x" }] });
  expect(standingFilter(people, on("city"))).toBeUndefined();
  expect(standingFilter(people, on("score"))).toBe('city != "gone"');
});

it("takes one of two equal conditions away", async () => {
  const filled = { field: "city", operator: "filled", value: "" } as const;
  await doing(() => {
    list.addCondition(filled);
    list.addCondition(filled);
  });
  await doing(() => list.removeCondition(filled));
  expect(list.conditions).toEqual([filled]);
});

it("puts first what fits the words best, until another order is chosen or the words are gone", async () => {
  expect(list.query.sort).toBe("-score");
  await doing(() => list.set({ q: "port" }));
  expect(list.query).toMatchObject({ q: "port" });
  expect(list.query.sort).toBeUndefined();
  await doing(() => list.set({ sort: "city" }));
  expect(list.query.sort).toBe("city");
  await doing(() => list.set({ sort: undefined }));
  expect(list.query.sort).toBeUndefined();
  await doing(() => list.clear());
  expect(list.query.sort).toBe("-score");
});

it("tells the words that are looked for, and not those that are ruled out", async () => {
  await doing(() => {
    list.set({ q: "Port" });
    list.addCondition({ field: "*", operator: "found", value: "Énergie port" });
    list.addCondition({ field: "*", operator: "not_found", value: "minier" });
  });
  expect(list.terms).toEqual(["port", "energie"]);
});
