import { describe, expect, it } from "vitest";
import fr from "../../../shared/i18n/fr.json";
import { createText } from "../../../shared/i18n/text";
import { lineText, rightText } from "./labels";

const text = createText("fr", fr, {
  "modules.line.tables_made": "{count, plural, one{# table créée} other{# tables créées}} dans {module}",
});
const line = {
  at: "2026-11-20T14:20:00Z",
  text: "made 1200 tables",
  params: { count: 1200, module: "tiers" },
};

describe("lineText", () => {
  it("speaks the reader's language where there is a text, with its figures", () => {
    const said = lineText(text, { ...line, code: "tables_made" });
    expect(said.replace(/[\u00a0\u202f]/g, " ")).toBe("1 200 tables créées dans tiers");
  });

  it("falls back to the line as it came", () => {
    expect(lineText(text, { ...line, code: "unheard_of" })).toBe("made 1200 tables");
    expect(lineText(text, line)).toBe("made 1200 tables");
  });
});

describe("rightText", () => {
  it("tells which records a right is about", () => {
    expect(rightText(text, "edit")).toBe("modifier");
    expect(rightText(text, "edit.own")).toBe("modifier (ses propres fiches)");
    expect(rightText(text, "view.department")).toBe("consulter (celles de son service)");
  });

  it("shows what it does not know", () => {
    expect(rightText(text, "print")).toBe("print");
    expect(rightText(text, "edit.moon")).toBe("modifier (moon)");
  });
});
