import { describe, expect, it } from "vitest";
import { shownNumber, typedNumber } from "./typed_number";

describe("a number in a field", () => {
  it("is read with spaces and with either sign for the fraction", () => {
    expect(typedNumber("decimal", "1 250 000,50")).toBe("1250000.50");
    expect(typedNumber("decimal", "12.5")).toBe("12.5");
    expect(typedNumber("integer", "1\u202f200")).toBe(1200);
    expect(typedNumber("integer", " ")).toBeNull();
  });

  it("is shown as the language writes it, also half typed", () => {
    expect(shownNumber("fr", "7200000.00")).toBe("7200000,00");
    expect(shownNumber("pt", typedNumber("decimal", "12,"))).toBe("12,");
    expect(shownNumber("en", "12.5")).toBe("12.5");
    expect(shownNumber("es", null)).toBe("");
  });
});
