import { describe, expect, it } from "vitest";
import { type Setting, settingChanges, settingText, unreadable } from "./settings";

const setting = (of: Partial<Setting>): Setting => ({
  key: "days",
  type: "integer",
  label: "",
  help: "",
  default: 90,
  value: 90,
  is_set: false,
  source: "default",
  place: null,
  category: null,
  secret: false,
  ...of,
});

describe("settingChanges", () => {
  it("sends only what differs, in the setting's type", () => {
    const settings = [
      setting({}),
      setting({ key: "rate", type: "decimal", default: "1.5", value: "2.5", is_set: true }),
      setting({ key: "strict", type: "boolean", default: false, value: false }),
    ];
    expect(settingChanges(settings, {})).toEqual({});
    expect(settingChanges(settings, { days: "90", rate: "2,5", strict: "false" })).toEqual({});
    expect(settingChanges(settings, { days: "1 200", rate: "3,25", strict: "true" })).toEqual({
      days: 1200,
      rate: "3.25",
      strict: true,
    });
  });

  it("sends what is no number as it was typed, so that the server names the field", () => {
    expect(settingChanges([setting({})], { days: "bientôt" })).toEqual({ days: "bientôt" });
  });

  it("goes back to the default only from a value that was set", () => {
    expect(settingChanges([setting({})], { days: null })).toEqual({});
    expect(settingChanges([setting({ value: 30, is_set: true })], { days: null })).toEqual({ days: null });
    expect(settingChanges([setting({ value: 30, is_set: true })], { days: "" })).toEqual({ days: null });
  });

  it("takes an empty text for a value where the default is another text", () => {
    const text = setting({ type: "text", default: "Bonjour", value: "Bonjour" });
    expect(settingChanges([text], { days: "" })).toEqual({ days: "" });
    expect(settingChanges([{ ...text, default: null, value: "a", is_set: true }], { days: "" })).toEqual({
      days: null,
    });
  });

  it("keeps a secret whose field is left empty, and clears it on demand", () => {
    const secret = setting({ type: "text", default: null, value: null, is_set: true, secret: true });
    expect(settingChanges([secret], { days: "" })).toEqual({});
    expect(settingChanges([secret], { days: "s3cret" })).toEqual({ days: "s3cret" });
    expect(settingChanges([secret], { days: null })).toEqual({ days: null });
  });
});

describe("a setting of type json", () => {
  const list = setting({ type: "json", default: [], value: ["a"], is_set: true });

  it("is sent as JSON, and not at all while it says the same", () => {
    expect(settingChanges([list], { days: '[ "a" ]' })).toEqual({});
    expect(settingChanges([list], { days: '["a", "b"]' })).toEqual({ days: ["a", "b"] });
    expect(settingChanges([list], { days: " " })).toEqual({ days: null });
  });

  it("is told apart from what cannot be read", () => {
    expect(unreadable([list], { days: '["a"' })).toEqual(["days"]);
    expect(unreadable([list], { days: "[]" })).toEqual([]);
    expect(unreadable([list], { days: null })).toEqual([]);
    expect(settingText(list, {}, ",")).toBe('[\n  "a"\n]');
  });
});

describe("settingText", () => {
  it("shows what is typed, else what holds; after going back, the default", () => {
    const rate = setting({ type: "decimal", default: "1.5", value: "2.5", is_set: true });
    expect(settingText(rate, {}, ",")).toBe("2,5");
    expect(settingText(rate, { days: null }, ",")).toBe("1,5");
    expect(settingText(rate, { days: "9" }, ",")).toBe("9");
    expect(settingText(setting({ default: null, value: null }), {}, ",")).toBe("");
  });
});
