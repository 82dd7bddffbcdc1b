import { describe, expect, it } from "vitest";
import type { ActivityEntry } from "../../../shared/api/records";
import fr from "../../../shared/i18n/fr.json";
import { createText } from "../../../shared/i18n/text";
import { actorOf } from "./actor";

const text = createText("fr", fr, { "tiers.module.name": "Tiers" });
const jeanne = { id: "1", name: "Jeanne Mabika" };
const entry = (via: string | undefined, actor: ActivityEntry["actor"] = jeanne): ActivityEntry => ({
  at: "2026-11-20T14:20:00Z",
  action: "updated",
  actor,
  via,
  changes: [],
});
const plain = (value: string) => value.replace(/\u00a0/g, " ");

describe("actorOf", () => {
  it("tells a person's own change as the person's", () => {
    const own = { kind: "person", name: "Jeanne Mabika", onBehalfOf: undefined };
    expect(actorOf(text, entry(""))).toEqual(own);
    expect(actorOf(text, entry(undefined))).toEqual(own);
  });

  it("tells what a trigger did in a person's name as the trigger's", () => {
    const actor = actorOf(text, entry("trigger:tiers/triggers/review.lua"));
    expect(actor.kind).toBe("trigger");
    expect(plain(actor.name)).toBe("Automatisme « review » de Tiers");
    expect(actor.onBehalfOf).toBe("Jeanne Mabika");
    expect(plain(actorOf(text, entry("trigger:tiers/review")).name)).toBe("Automatisme « review » de Tiers");
  });

  it("names a module by its id when it is gone", () => {
    expect(actorOf(text, entry("module:tiers")).name).toBe("Module Tiers");
    expect(actorOf(text, entry("module:fleet")).name).toBe("Module fleet");
  });

  it("tells of demo data and the command line without a person", () => {
    expect(actorOf(text, entry("demo", null))).toMatchObject({ kind: "demo", onBehalfOf: undefined });
    expect(actorOf(text, entry("cli", null)).name).toBe("Ligne de commande");
  });

  it("tells what came by a file as the import's, in the name of who imported it", () => {
    const actor = actorOf(text, entry("import"));
    expect(actor).toEqual({ kind: "import", name: "Import d’un fichier", onBehalfOf: "Jeanne Mabika" });
  });

  it("tells of admission and other work of the server by its name", () => {
    expect(actorOf(text, entry("access_request", null)).name).toBe("Demande d’accès");
    expect(actorOf(text, entry("invitation"))).toEqual({
      kind: "system",
      name: "Invitation",
      onBehalfOf: "Jeanne Mabika",
    });
  });

  it("shows a way it does not know as it is, and the server where nobody is known", () => {
    expect(actorOf(text, entry("telex")).name).toBe("telex");
    expect(actorOf(text, entry("", null)).name).toBe("Système");
  });
});
