import { describe, expect, it } from "vitest";
import type { Permission, Scope } from "../../../shared/api/rights";
import {
  Book,
  cellKey,
  clashesOf,
  type Draft,
  effectsOf,
  groupsOf,
  insisting,
  type MatrixRole,
  rowsOf,
  settled,
  widest,
  withWord,
} from "./book";

const role = (id: string, more: Partial<MatrixRole> = {}): MatrixRole => ({
  id,
  key: id,
  name: id,
  description: null,
  built_in: false,
  fixed: false,
  inherits: [],
  version: 1,
  people: 0,
  grants: {},
  ...more,
});

const right = (id: string, defaults: Record<string, Scope> = {}): Permission => {
  const [module = "", entity = "", action = ""] = id.split(".");
  return {
    id,
    module,
    module_label: module.toUpperCase(),
    entity: `${module}.${entity}`,
    entity_label: `Les ${entity}é`,
    action,
    action_label: action,
    label: `${entity}: ${action}`,
    class: "tenant",
    risk: null,
    defaults,
    follows: null,
  };
};

const guest = role("guest");
const user = role("user", { inherits: ["guest"], grants: { "shop.order.edit": "own" } });
const manager = role("manager", { inherits: ["user", "gone"], grants: { "shop.order.view": "none" } });
const admin = role("administrator", { fixed: true });
const roles = [admin, guest, manager, user];
const view = right("shop.order.view", { guest: "company", manager: "all" });
const edit = right("shop.order.edit", { manager: "department" });
const none: Draft = new Map();

describe("Book", () => {
  it("gives the widest of what a role has and what it inherits, and says from where", () => {
    const book = new Book(roles, none);
    expect(book.state(user, edit)).toMatchObject({ scope: "own", word: "own", from: undefined });
    expect(book.state(manager, edit)).toMatchObject({
      scope: "department",
      word: "default",
      from: undefined,
    });
    // Taken away from the role itself, it still comes by those that it inherits.
    expect(book.state(manager, view)).toMatchObject({ scope: "company", word: "none", from: guest });
    expect(book.state(user, view).from).toBe(guest);
    expect(book.state(guest, edit).scope).toBeUndefined();
    expect(book.state(admin, edit)).toMatchObject({ scope: "all", from: undefined });
  });

  it("lets a right go with the one that it follows until something is decided of it", () => {
    const copy = { ...right("shop.order.export", view.defaults), follows: view.id };
    const lister = role("lister", { grants: { [view.id]: "own" } });
    const strict = role("strict", { grants: { [view.id]: "all", [copy.id]: "none" } });
    const book = new Book([...roles, lister, strict], none);
    expect(book.scope(guest, copy)).toBe("company");
    expect(book.state(lister, copy)).toMatchObject({ scope: "own", word: "default", byModule: "own" });
    expect(book.scope(strict, copy)).toBeUndefined();
    const draft = withWord(none, book, lister, view.id, "none");
    const [effect] = effectsOf([lister], [view, copy], draft);
    expect(effect?.loses.map(({ permission }) => permission.id)).toEqual([view.id, copy.id]);
  });

  it("ends where roles inherit in a circle", () => {
    const a = role("a", { inherits: ["b"] });
    const b = role("b", { inherits: ["a"], grants: { "shop.order.edit": "all" } });
    expect(new Book([a, b], none).scope(a, edit)).toBe("all");
  });

  it("knows what differs from the modules, also before it is saved", () => {
    const book = new Book(roles, none);
    expect(book.differs(edit)).toBe(true);
    const other = right("shop.other.view", { user: "all" });
    expect(book.differs(other)).toBe(false);
    expect(new Book(roles, withWord(none, book, user, other.id, "none")).differs(other)).toBe(true);
    const same = [role("user", { grants: { [other.id]: "all" } })];
    expect(new Book(same, none).differs(other)).toBe(false);
  });
});

describe("A draft", () => {
  const book = new Book(roles, none);

  it("has no cell that is as it stands again", () => {
    const one = withWord(none, book, user, edit.id, "all");
    expect([...one]).toEqual([[cellKey("user", edit.id), { word: "all", was: "own" }]]);
    expect(withWord(one, new Book(roles, one), user, edit.id, "own").size).toBe(0);
  });

  it("tells who gains and who loses, those too who inherit", () => {
    let draft = withWord(none, book, guest, view.id, "none");
    draft = withWord(draft, book, user, edit.id, "all");
    const effects = effectsOf(roles, [view, edit], draft);
    const told = effects.map(({ role: { id }, gains, loses }) => [
      id,
      gains.map(({ permission }) => permission.id),
      loses.map(({ permission }) => permission.id),
    ]);
    expect(told).toEqual([
      ["guest", [], [view.id]],
      ["manager", [edit.id], [view.id]],
      ["user", [edit.id], [view.id]],
    ]);
    expect(effects[1]?.gains[0]).toMatchObject({ before: "department", after: "all" });
  });

  it("notices what others changed meanwhile, and insists only when told to", () => {
    const draft = withWord(none, book, user, edit.id, "all");
    const meanwhile = new Book([role("user", { grants: { [edit.id]: "company" } })], draft);
    expect(clashesOf(book, draft)).toEqual([]);
    expect(clashesOf(meanwhile, draft)).toEqual([
      { key: cellKey("user", edit.id), wanted: "all", stored: "company" },
    ]);
    expect(insisting(meanwhile, draft).get(cellKey("user", edit.id))).toEqual({
      word: "all",
      was: "company",
    });
    const theSame = new Book([role("user", { grants: { [edit.id]: "all" } })], draft);
    expect(clashesOf(theSame, draft)).toEqual([]);
    expect(settled(theSame, draft).size).toBe(0);
    expect(settled(new Book([guest], draft), draft).size).toBe(0);
  });
});

describe("groupsOf", () => {
  it("groups by kind of record and finds all words, without accents", () => {
    const all = [view, edit, right("shop.code.view"), right("air.plane.view")];
    expect(groupsOf(all, "", () => true).map(({ id }) => id)).toEqual([
      "air.plane",
      "shop.order",
      "shop.code",
    ]);
    const found = groupsOf(all, "ORDERE view", () => true);
    expect(rowsOf(found).map((row) => (row.kind === "group" ? row.group.id : row.permission.id))).toEqual([
      "shop.order",
      "shop.order.view",
    ]);
    expect(groupsOf(all, "", (one) => one === edit)).toHaveLength(1);
  });

  it("is quick with a thousand rights and a hundred roles", () => {
    const many = Array.from({ length: 1000 }, (_, i) => right(`m${i % 20}.e${i % 200}.view${i}`));
    const roles = Array.from({ length: 100 }, (_, i) =>
      role(`r${i}`, {
        inherits: i > 0 ? [`r${Math.floor(i / 2)}`] : [],
        grants: { [many[i * 7]?.id ?? ""]: "all" },
      }),
    );
    const book = new Book(roles, none);
    const begun = performance.now();
    expect(
      groupsOf(many, "", (one) => book.differs(one)).flatMap(({ permissions }) => permissions),
    ).toHaveLength(100);
    // A frame is 16 ms; the bound is for slow machines.
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});

it("widest: of nothing and something, something", () => {
  expect(widest(undefined, "own")).toBe("own");
  expect(widest("company", "own")).toBe("company");
  expect(widest("own", "all")).toBe("all");
});
