import type { EntityDefinition, FileInfo } from "@opsflux/ui";
import { describe, expect, it } from "vitest";
import { fileAddress, filesOf, hasThumbnail, opensInline } from "./files";

const entity = { path: "/api/v1/dossier/studies" } as EntityDefinition;
const file = (id: string, part: Partial<FileInfo> = {}): FileInfo => ({
  id,
  name: `${id}.txt`,
  type: "text/plain",
  size: 10,
  width: null,
  height: null,
  ...part,
});

describe("files", () => {
  it("have their address below their record", () => {
    expect(fileAddress(entity, "a/b", "f")).toBe("/api/v1/dossier/studies/a%2Fb/files/f");
    expect(fileAddress(entity, "1", "f", true)).toBe("/api/v1/dossier/studies/1/files/f?inline=true");
  });

  it("are told in the order of the value", () => {
    const told = { papers: [file("a"), file("b")], photo: file("c") };
    expect(filesOf(told, { name: "papers" }, ["b", "a"]).map((one) => one.name)).toEqual(["b.txt", "a.txt"]);
    expect(filesOf(told, { name: "photo" }, "c").map((one) => one.name)).toEqual(["c.txt"]);
    expect(filesOf(told, { name: "photo" }, null)).toEqual([]);
  });

  it("have no name where nothing is known of them", () => {
    expect(filesOf(undefined, { name: "photo" }, "x")).toEqual([file("x", { name: "", type: "", size: 0 })]);
  });

  it("are shown small when they are pictures that are not large", () => {
    expect(hasThumbnail(file("a", { type: "image/png" }))).toBe(true);
    expect(hasThumbnail(file("a", { type: "image/png", size: 50_000_000 }))).toBe(false);
    expect(hasThumbnail(file("a", { type: "image/svg+xml" }))).toBe(false);
    expect(opensInline(file("a", { type: "application/pdf" }))).toBe(true);
    expect(opensInline(file("a", { type: "text/html" }))).toBe(false);
  });
});
