import { describe, expect, it } from "vitest";
import { addressOf, askOf } from "./text_state";
import { exportAddress, textSearch } from "./texts";

const ask = (address: string) => askOf(new URLSearchParams(address), "fr");

describe("the address of the page of texts", () => {
  it("says what is asked for, and the reader's language where it says none", () => {
    expect(ask("")).toEqual({ language: "fr", namespace: "", q: "", changed: false, page: 1 });
    expect(ask("language=es&namespace=web&q=a&changed=true&page=3")).toEqual({
      language: "es",
      namespace: "web",
      q: "a",
      changed: true,
      page: 3,
    });
    expect(ask("language=de&page=-1")).toMatchObject({ language: "fr", page: 1 });
  });

  it("goes back to the first page with another question", () => {
    const from = new URLSearchParams("language=es&page=3");
    expect(addressOf(from, { q: "enviar" }).toString()).toBe("language=es&q=enviar");
    expect(addressOf(from, { page: 4 }).toString()).toBe("language=es&page=4");
    expect(addressOf(new URLSearchParams("changed=true&q=a"), { changed: false, q: "" }).toString()).toBe("");
  });
});

describe("what the server is asked", () => {
  it("has only what narrows", () => {
    expect(textSearch(ask(""))).toBe("language=fr&page=1&page_size=50");
    expect(textSearch(ask("namespace=web&changed=true"))).toContain("namespace=web&changed=true");
  });

  it("parts CSV by semicolons where the comma parts decimals", () => {
    const file = { language: "es", format: "csv", changed: false } as const;
    expect(exportAddress(file, "fr")).toContain("separator=semicolon");
    expect(exportAddress(file, "en")).not.toContain("separator");
    expect(exportAddress({ ...file, format: "json", changed: true }, "fr")).toBe(
      "/api/v1/texts/export?language=es&format=json&changed=true",
    );
  });
});
