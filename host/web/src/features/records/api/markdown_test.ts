import { describe, expect, it } from "vitest";
import { plainText } from "../../../shared/values/plain_text";
import { marked } from "./markdown";

describe("marked", () => {
  it("puts signs around the selection and takes them away again", () => {
    const bold = marked("bold", { text: "un mot ici", from: 3, to: 6 });
    expect(bold).toEqual({ text: "un **mot** ici", from: 5, to: 8 });
    expect(marked("bold", bold)).toEqual({ text: "un mot ici", from: 3, to: 6 });
  });

  it("begins the selected lines, and only those", () => {
    const list = marked("list", { text: "a\nb\nc", from: 2, to: 5 });
    expect(list.text).toBe("a\n- b\n- c");
    expect(marked("list", list).text).toBe("a\nb\nc");
    expect(marked("numbers", { text: "a\nb", from: 0, to: 3 }).text).toBe("1. a\n2. b");
  });

  it("leaves the address of a link selected", () => {
    const link = marked("link", { text: "site", from: 0, to: 4 });
    expect(link.text.slice(link.from, link.to)).toBe("https://");
    expect(link.text).toBe("[site](https://)");
  });
});

describe("plainText", () => {
  it("keeps the words and drops the marks", () => {
    expect(plainText("# Titre\n\n- **un** [lien](https://a.example)\n1. `code`")).toBe("Titre un lien code");
    expect(plainText("2 * 3 <b>x</b>")).toBe("2 * 3 <b>x</b>");
  });
});
