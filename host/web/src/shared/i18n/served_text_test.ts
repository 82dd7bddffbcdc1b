import { describe, expect, it } from "vitest";
import { createFormat } from "./format";
import { ServedText } from "./served_text";

const french = new ServedText("fr", createFormat("fr"));
const files = "{count, plural, one{# fichier dépaqueté} other{# fichiers dépaquetés}} dans {folder}.";
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

describe("ServedText", () => {
  it("takes the plural of the language and groups its figure", () => {
    expect(french.render(files, { count: 1, folder: "web" })).toBe("1 fichier dépaqueté dans web.");
    expect(french.render(files, { count: 0, folder: "web" })).toBe("0 fichier dépaqueté dans web.");
    expect(plain(french.render(files, { count: "1200", folder: "web" }))).toBe(
      "1 200 fichiers dépaquetés dans web.",
    );
    // A million is "many" in French, for which "other" stands in.
    expect(french.render(files, { count: 1_000_000, folder: "web" })).toContain("fichiers");
  });

  it("fills placeholders inside a branch, and leaves # alone outside of one", () => {
    const text = "{count, plural, one{# {what}} other{# {what}s}} #";
    expect(french.render(text, { count: 2, what: "table" })).toBe("2 tables #");
  });

  it("leaves what it has no parameter for to be seen", () => {
    expect(french.render("Essai {life} {", { other: 1 })).toBe("Essai {life} {");
    expect(french.render(files, { folder: "web" })).toContain("{count, plural, one{");
  });
});
