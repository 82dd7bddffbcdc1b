import { type Permission, type Scope, scopes } from "../../../shared/api/rights";

/** What administrators decide of one right of one role; "default": nothing, what modules give holds. */
export type Word = Scope | "none" | "default";
export const words: Word[] = [...scopes, "none", "default"];

export interface MatrixRole {
  id: string;
  key: string;
  name: string;
  description: string | null;
  built_in: boolean;
  /** Has every right, whatever is decided. */
  fixed: boolean;
  inherits: string[];
  version: number;
  /** Active persons who have the role or one that inherits it. */
  people: number;
  grants: Record<string, Exclude<Word, "default">>;
}

export interface Wanted {
  word: Word;
  /** What stood there when it was changed, by which the server tells of changes that others made meanwhile. */
  was: Word;
}

/** Changes that are not saved, by cellKey(). */
export type Draft = ReadonlyMap<string, Wanted>;

export const cellKey = (role: string, permission: string) => `${role}\n${permission}`;

export function partsOf(key: string): { role: string; permission: string } {
  const cut = key.indexOf("\n");
  return { role: key.slice(0, cut), permission: key.slice(cut + 1) };
}

/** Of nothing and something, something. */
export function widest(a: Scope | undefined, b: Scope | undefined): Scope | undefined {
  if (!a || !b) return a ?? b;
  return scopes.indexOf(a) <= scopes.indexOf(b) ? a : b;
}

export function isWider(a: Scope | undefined, b: Scope | undefined): boolean {
  return a !== b && widest(a, b) === a;
}

/** What one cell says. */
export interface CellState {
  /** What people with the role have. */
  scope: Scope | undefined;
  word: Word;
  /** What modules give. */
  byModule: Scope | undefined;
  /** Where the scope comes from another role: that one. */
  from: MatrixRole | undefined;
  changed: boolean;
}

/** All roles with what stands and what is about to be changed. */
export class Book {
  private readonly byId: Map<string, MatrixRole>;
  private readonly closures = new Map<string, MatrixRole[]>();

  constructor(
    readonly roles: MatrixRole[],
    private readonly draft: Draft,
  ) {
    this.byId = new Map(roles.map((role) => [role.id, role]));
  }

  role(id: string): MatrixRole | undefined {
    return this.byId.get(id);
  }

  stored(role: MatrixRole, permission: string): Word {
    return role.grants[permission] ?? "default";
  }

  word(role: MatrixRole, permission: string): Word {
    return this.draft.get(cellKey(role.id, permission))?.word ?? this.stored(role, permission);
  }

  /** The role itself first, then those it inherits from, nearest first. */
  closure(role: MatrixRole): MatrixRole[] {
    const known = this.closures.get(role.id);
    if (known) return known;
    const out = [role];
    for (const one of out)
      for (const id of one.inherits) {
        const next = this.byId.get(id);
        if (next && !out.includes(next)) out.push(next);
      }
    this.closures.set(role.id, out);
    return out;
  }

  own(role: MatrixRole, permission: Permission): Scope | undefined {
    if (role.fixed) return "all";
    const word = this.word(role, permission.id);
    if (word === "none") return undefined;
    return word === "default" ? this.byDefault(role, permission) : word;
  }

  /** What the role has where nothing is decided of this very right. */
  private byDefault(role: MatrixRole, permission: Permission): Scope | undefined {
    const lead = permission.follows ? this.word(role, permission.follows) : "default";
    if (lead === "none") return undefined;
    return lead === "default" ? permission.defaults[role.key] : lead;
  }

  scope(role: MatrixRole, permission: Permission): Scope | undefined {
    return this.closure(role).reduce<Scope | undefined>(
      (wide, one) => widest(wide, this.own(one, permission)),
      undefined,
    );
  }

  state(role: MatrixRole, permission: Permission): CellState {
    const scope = this.scope(role, permission);
    const giver = this.closure(role).find((one) => this.own(one, permission) === scope);
    return {
      scope,
      word: this.word(role, permission.id),
      byModule: this.byDefault(role, permission),
      from: scope && giver !== role ? giver : undefined,
      changed: this.draft.has(cellKey(role.id, permission.id)),
    };
  }

  /** Whether something is decided that modules do not say, or is about to be. */
  differs(permission: Permission): boolean {
    return this.roles.some((role) => {
      if (this.draft.has(cellKey(role.id, permission.id))) return true;
      const word = this.stored(role, permission.id);
      return word !== "default" && (word === "none" ? undefined : word) !== permission.defaults[role.key];
    });
  }
}

/** The draft with one more change; a cell that is as it stands again is none. */
export function withWord(draft: Draft, book: Book, role: MatrixRole, permission: string, word: Word): Draft {
  const key = cellKey(role.id, permission);
  const stored = book.stored(role, permission);
  const next = new Map(draft);
  if (word === stored) next.delete(key);
  else next.set(key, { word, was: draft.get(key)?.was ?? stored });
  return next;
}

export interface Effect {
  permission: Permission;
  before: Scope | undefined;
  after: Scope | undefined;
}

export interface RoleEffect {
  role: MatrixRole;
  gains: Effect[];
  loses: Effect[];
}

/** Who gains and who loses what by a draft: also roles that inherit from those that are changed. */
export function effectsOf(roles: MatrixRole[], permissions: Permission[], draft: Draft): RoleEffect[] {
  const touched = new Set([...draft.keys()].map((key) => partsOf(key).permission));
  const rows = permissions.filter(({ id, follows }) => touched.has(id) || touched.has(follows ?? ""));
  const before = new Book(roles, new Map());
  const after = new Book(roles, draft);
  return roles
    .map((role) => {
      const out: RoleEffect = { role, gains: [], loses: [] };
      for (const permission of rows) {
        const effect = {
          permission,
          before: before.scope(role, permission),
          after: after.scope(role, permission),
        };
        if (effect.before === effect.after) continue;
        (isWider(effect.after, effect.before) ? out.gains : out.loses).push(effect);
      }
      return out;
    })
    .filter(({ gains, loses }) => gains.length + loses.length > 0);
}

/** A cell that somebody else has changed while it was in the draft. */
export interface Clash {
  key: string;
  wanted: Word;
  stored: Word;
}

export function clashesOf(book: Book, draft: Draft): Clash[] {
  const out: Clash[] = [];
  for (const [key, { word, was }] of draft) {
    const { role: id, permission } = partsOf(key);
    const role = book.role(id);
    if (!role) continue;
    const stored = book.stored(role, permission);
    if (stored !== was && stored !== word) out.push({ key, wanted: word, stored });
  }
  return out;
}

/** The draft as it is where others have changed things: what is as wanted already is left out, and roles that are gone. */
export function settled(book: Book, draft: Draft): Draft {
  return new Map(
    [...draft].filter(([key, { word }]) => {
      const { role: id, permission } = partsOf(key);
      const role = book.role(id);
      return role !== undefined && book.stored(role, permission) !== word;
    }),
  );
}

/** Whose changes are to stand although others made their own meanwhile. */
export function insisting(book: Book, draft: Draft): Draft {
  return new Map(
    [...draft].map(([key, wanted]) => {
      const { role: id, permission } = partsOf(key);
      const role = book.role(id);
      return [key, role ? { ...wanted, was: book.stored(role, permission) } : wanted];
    }),
  );
}

export interface Group {
  id: string;
  label: string;
  module: string;
  permissions: Permission[];
}

const folded = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Rights by module and kind of record, those found by all words of `search`; modules in the order of their names. */
export function groupsOf(
  permissions: Permission[],
  search: string,
  keep: (one: Permission) => boolean,
): Group[] {
  const wanted = folded(search).split(/\s+/).filter(Boolean);
  const groups = new Map<string, Group>();
  for (const permission of permissions) {
    const text = folded(
      `${permission.id} ${permission.label} ${permission.module_label} ${permission.entity_label ?? ""} ${permission.action_label}`,
    );
    if (!wanted.every((word) => text.includes(word)) || !keep(permission)) continue;
    const id = permission.entity ?? `${permission.module}.`;
    const group = groups.get(id) ?? {
      id,
      label: permission.entity_label ?? "",
      module: permission.module_label,
      permissions: [],
    };
    group.permissions.push(permission);
    groups.set(id, group);
  }
  return [...groups.values()].sort((a, b) => a.module.localeCompare(b.module));
}

export type Row = { kind: "group"; group: Group } | { kind: "permission"; permission: Permission };

export function rowsOf(groups: Group[]): Row[] {
  return groups.flatMap((group) => [
    { kind: "group" as const, group },
    ...group.permissions.map((permission) => ({ kind: "permission" as const, permission })),
  ]);
}
