import { describe, expect, it } from "vitest";
import en from "./en.json";
import es from "./es.json";
import fr from "./fr.json";
import { fill, laidOver, languages } from "./messages";
import pt from "./pt.json";

const all: Record<string, Record<string, string>> = { fr, en, es, pt };

const placeholders = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort().join();
const french: Record<string, string> = fr;

describe.each(languages.filter((language) => language !== "fr"))("texts in %s", (language) => {
  const texts = all[language] ?? {};

  it("are complete, and none is left over", () => {
    expect(Object.keys(texts).sort()).toEqual(Object.keys(french).sort());
  });

  it("have the placeholders of the French ones", () => {
    const plural = /_(one|other)$/;
    for (const [key, text] of Object.entries(texts)) {
      // "One field" may leave out its number.
      const wanted = placeholders(
        plural.test(key) ? (french[key] ?? "").replace("{count}", "") : (french[key] ?? ""),
      );
      expect(placeholders(plural.test(key) ? text.replace("{count}", "") : text), key).toBe(wanted);
    }
  });

  it("are never empty", () => {
    for (const [key, text] of Object.entries(texts)) expect(text.trim(), key).not.toBe("");
  });
});

describe("texts in French", () => {
  it("have a no-break space before : ; ! ? and %", () => {
    for (const [key, text] of Object.entries(french)) expect(text, key).not.toMatch(/ [:;!?%»]/);
  });

  it("come in both numbers", () => {
    const keys = Object.keys(french);
    for (const key of keys.filter((name) => name.endsWith("_one")))
      expect(keys).toContain(key.replace(/_one$/, "_other"));
  });
});

describe("fill", () => {
  it("puts parameters in and leaves unknown ones to be seen", () => {
    expect(fill("{a} et {b}", { a: 1 })).toBe("1 et {b}");
  });
});

describe("laidOver", () => {
  it("puts the changed texts of the application over its own, and leaves those of modules", () => {
    const served = { "web.action.save": "Garder", "tiers.menu.companies": "Sociétés" };
    const messages = laidOver(fr, served);
    expect(messages["action.save"]).toBe("Garder");
    expect(messages["action.cancel"]).toBe(fr["action.cancel"]);
    expect(messages).not.toHaveProperty("menu.companies");
    expect(laidOver(fr, { "tiers.menu.companies": "Sociétés" })).toBe(fr);
  });
});
