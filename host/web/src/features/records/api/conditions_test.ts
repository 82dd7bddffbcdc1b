import type { EntityDefinition } from "@opsflux/ui";
import { describe, expect, it } from "vitest";
import { conditionsOf, type Judge, judgeFor } from "./conditions";
import { formFields } from "./draft";
import { stepsFrom } from "./status";

const entity = {
  name: "shop.job",
  entity: "job",
  module: "shop",
  status: "state",
  transitions: [
    { from: ["draft"], to: "ready" },
    { from: ["ready"], to: "done", roles: ["manager"] },
    { from: ["ready", "done"], to: "draft" },
  ],
  rules: [{ id: "dates", check: "no", fields: ["due"] }],
  fields: [
    { name: "state", type: "enum", values: ["draft", "ready", "done"] },
    { name: "due", type: "date", required: true, visible_if: "no" },
    { name: "reason", type: "text", required_if: "yes", read_only_if: "stored" },
    { name: "number", type: "sequence", read_only: true },
  ],
} as unknown as EntityDefinition;

const judge: Judge = (expression, _, values) =>
  expression === "stored" ? values.locked === true : expression === "yes";

describe("conditionsOf", () => {
  it("hides nothing and asks for nothing more where expressions are not judged", () => {
    const conditions = conditionsOf(entity, {}, undefined);
    expect(conditions.field("due")).toEqual({
      visible: true,
      required: true,
      read_only: false,
      broken: undefined,
    });
    expect(conditions.field("reason").required).toBe(false);
    expect(conditions.section({ id: "a", fields: [], visible_if: "no" })).toBe(true);
  });

  it("does what the expressions say", () => {
    const conditions = conditionsOf(entity, {}, { locked: true }, judge);
    expect(conditions.field("due")).toMatchObject({ visible: false, required: false });
    expect(conditions.field("due").broken?.id).toBe("dates");
    expect(conditions.field("reason")).toMatchObject({ required: true, read_only: true });
    expect(conditions.section({ id: "a", fields: [], visible_if: "no" })).toBe(false);
  });

  it("judges what is locked on the stored record, not on what is typed", () => {
    expect(conditionsOf(entity, { locked: true }, { locked: false }, judge).field("reason").read_only).toBe(
      false,
    );
    expect(conditionsOf(entity, { locked: true }, undefined, judge).field("reason").read_only).toBe(false);
  });
});

describe("a status with steps", () => {
  const to = (state: string, role: string) => stepsFrom(entity, { state }, role).map((step) => step.to);

  it("offers the steps from where it stands to the roles that may take them", () => {
    expect(to("draft", "user")).toEqual(["ready"]);
    expect(to("ready", "user")).toEqual(["draft"]);
    expect(to("ready", "manager")).toEqual(["done", "draft"]);
    expect(to("ready", "administrator")).toEqual(["done", "draft"]);
  });

  it("offers a step for which a right is asked to who has it", () => {
    const asked = { ...entity, transitions: [{ from: ["draft"], to: "ready", right: "approve" }] };
    const steps = (rights: string[]) => stepsFrom({ ...asked, rights }, { state: "draft" }, "user").length;
    expect([steps(["view", "edit"]), steps(["view", "edit", "approve"])]).toEqual([0, 1]);
  });

  it("is no field of the form", () => {
    expect(formFields(entity).map((field) => field.name)).toEqual(["due", "reason"]);
  });
});

describe("judgeFor", () => {
  const job = {
    fields: [
      { name: "effort", type: "duration" },
      { name: "cost", type: "money", currency: "EUR", scale: 2 },
      { name: "days", type: "enums", values: ["mon", "tue"] },
      { name: "owner", type: "user" },
    ],
  } as unknown as EntityDefinition;
  const judged = judgeFor({ id: "u-1", name: "Ada", role: "manager" });

  it("reads every type as the interface gives it", () => {
    const record = { effort: "P1DT2H", cost: "12.50", days: ["tue"], owner: "u-1" };
    expect(judged('effort > duration("25h")', job, record)).toBe(true);
    expect(judged("cost == 12.5", job, record)).toBe(true);
    expect(judged('"tue" in days && !("mon" in days)', job, record)).toBe(true);
    expect(judged('owner == user.id && user.role == "manager"', job, record)).toBe(true);
    expect(judged("has(cost)", job, {})).toBe(false);
  });

  it("leaves to the server what it cannot compile", () => {
    expect(judged("hidden == 1", job, {})).toBeUndefined();
    expect(judged("cost >", job, {})).toBeUndefined();
  });
});
