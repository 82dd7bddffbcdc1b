import { describe, expect, it } from "vitest";
import { tokenIn } from "./mail_links";

describe("the secret of a mailed link", () => {
  it("stands after the #", () => {
    expect(tokenIn("#token=oft_aZ-_9")).toBe("oft_aZ-_9");
  });
  it("is empty where there is none", () => {
    for (const hash of ["", "#", "#other=1", "#token="]) expect(tokenIn(hash)).toBe("");
  });
});
