import { describe, expect, it } from "vitest";
import type { Setting } from "../../../shared/api/settings";
import { categoriesOf, type SettingGroup } from "./all_settings";

const setting = (key: string, category: string | null): Setting => ({
  key,
  type: "integer",
  label: key,
  help: "",
  default: 1,
  value: 1,
  is_set: false,
  source: "default",
  place: null,
  category,
  ...(category ? { category_label: category.toUpperCase() } : {}),
  secret: false,
});

const group = (module: string, settings: Setting[]): SettingGroup => ({
  module,
  name: `The ${module}`,
  core: true,
  settings,
});

describe("categoriesOf", () => {
  it("makes one of each category, in the order of the declarations, and one of what has none", () => {
    const all = categoriesOf([
      group("identity", [
        setting("a", "sign_in"),
        setting("b", "passwords"),
        setting("c", "sign_in"),
        setting("d", null),
      ]),
      group("audit", [setting("e", null)]),
    ]);
    expect(all.map(({ id, label, settings }) => [id, label, settings.map(({ key }) => key).join()])).toEqual([
      ["identity", "The identity", "d"],
      ["identity.sign_in", "SIGN_IN", "a,c"],
      ["identity.passwords", "PASSWORDS", "b"],
      ["audit", "The audit", "e"],
    ]);
  });
});
