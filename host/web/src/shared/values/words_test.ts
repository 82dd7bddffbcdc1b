import { describe, expect, it } from "vitest";
import { piecesOf, termsOf } from "./words";

/** What is found in brackets. */
const marked = (text: string, words: string) =>
  piecesOf(text, termsOf(words))
    .map((piece) => (piece.found ? `[${piece.text}]` : piece.text))
    .join("");

describe("termsOf", () => {
  it("folds case and accents, and parts at what is no letter or figure", () => {
    expect(termsOf("  Société d'ÉNERGIE-42 ")).toEqual(["societe", "d", "energie", "42"]);
    expect(termsOf("Straße ﬁn ２ ΟΔΟΣ")).toEqual(["strasse", "fin", "2", "οδοσ"]);
  });

  it("gives each word once, and none for signs", () => {
    expect(termsOf("port Port PÖRT")).toEqual(["port"]);
    expect(termsOf('% "()* ')).toEqual([]);
  });

  it("takes characters that no blanks part for themselves", () => {
    expect(termsOf("東京 a🚢b")).toEqual(["東", "京", "a", "🚢", "b"]);
  });
});

describe("piecesOf", () => {
  it("marks the beginnings of words, whatever their case and accents", () => {
    expect(marked("Société d’Énergie, energies", "ENERGIE")).toBe("Société d’[Énergie], [energie]s");
    expect(marked("Port-Gentil, Aéroport", "gen port")).toBe("[Port]-[Gen]til, Aéroport");
  });

  it("marks the longest of the words that fit", () => {
    expect(marked("portuaire", "port portu p")).toBe("[portu]aire");
  });

  it("keeps the marks of letters that are written in two parts", () => {
    const apart = "Énergie".normalize("NFD");
    expect(marked(apart, "e")).toBe(`[${apart.slice(0, 2)}]${apart.slice(2)}`);
    expect(marked("Straße", "stras")).toBe("[Straß]e");
  });

  it("finds what no blanks part", () => {
    expect(marked("東京港 🚢", "京 港 🚢")).toBe("東[京港] [🚢]");
  });

  it("loses nothing of the text, and marks nothing without words", () => {
    expect(marked("<b>a & b</b>", "b")).toBe("<[b]>a & [b]</[b]>");
    expect(piecesOf("abc", [])).toEqual([{ text: "abc", found: false }]);
    expect(piecesOf("", ["a"])).toEqual([]);
  });
});
