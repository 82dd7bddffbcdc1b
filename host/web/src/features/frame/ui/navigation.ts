import { type App, entityPath, type Menu, type MenuItem } from "../../../shared/api/app";
import { entityWord } from "../../../shared/i18n/entity_text";
import type { Text } from "../../../shared/i18n/text";
import { type EntityPage, type OwnPage, systemPages } from "./system_pages";

export interface NavItem {
  key: string;
  label: string;
  icon: string | undefined;
  to: string;
  count?: number;
  /** How much waits for this person's decision. */
  waiting?: number;
  /** Where the label has little room. */
  short?: string;
  items?: NavItem[];
}

export interface NavGroup {
  key: string;
  label: string;
  items: NavItem[];
}

function itemPath(app: App, menu: Menu, item: MenuItem): string {
  const name = item.entity && (item.entity.includes(".") ? item.entity : `${menu.module}.${item.entity}`);
  const entity = name ? app.entities.find((candidate) => candidate.name === name) : undefined;
  if (entity) return entityPath(entity);
  const path = item.path?.replace(/^\/api\/v1/, "");
  return path ?? `/${menu.module}/${item.page ?? item.id}`;
}

function menuItem(app: App, menu: Menu): NavItem {
  const items = menu.items.map((item) => ({
    key: `${menu.module}/${menu.id}/${item.id}`,
    label: item.label,
    icon: item.icon,
    to: itemPath(app, menu, item),
    count: item.count,
  }));
  return {
    key: `${menu.module}/${menu.id}`,
    label: menu.label,
    icon: menu.icon,
    to: items[0]?.to ?? "/",
    items,
  };
}

function systemItem(page: EntityPage | OwnPage, app: App, text: Text): NavItem | undefined {
  if (page.may && !page.may(app.user)) return undefined;
  if ("to" in page) {
    const { key, icon, to } = page;
    return { key, icon, to, label: text.t(page.label), short: page.short && text.t(page.short) };
  }
  const entity = app.entities.find(({ name }) => name === page.entity);
  if (!entity?.rights.includes(page.right)) return undefined;
  return {
    key: page.key,
    label: entityWord(text, entity, "many"),
    icon: page.icon,
    to: entityPath(entity),
  };
}

function systemItems(app: App, text: Text, waiting: Record<string, number>): NavItem[] {
  return systemPages
    .map((page) => systemItem(page, app, text))
    .filter((item) => item !== undefined)
    .map((item) => (waiting[item.key] ? { ...item, waiting: waiting[item.key] } : item));
}

/**
 * The tree of the sidebar: what all have, what modules add, what administrators need. Empty groups are left out.
 * `waiting` is how much waits for a decision, by the key of the page.
 */
export function navigation(app: App, text: Text, waiting: Record<string, number> = {}): NavGroup[] {
  const menus = app.menus.filter((menu) => menu.module !== "identity" && menu.items.length > 0);
  const groups: NavGroup[] = [
    {
      key: "pilot",
      label: text.t("nav.group.pilot"),
      items: [{ key: "home", label: text.t("nav.home"), icon: "house", to: "/" }],
    },
    { key: "modules", label: text.t("nav.group.modules"), items: menus.map((menu) => menuItem(app, menu)) },
    { key: "system", label: text.t("nav.group.system"), items: systemItems(app, text, waiting) },
  ];
  return groups.filter((group) => group.items.length > 0);
}

export function isCurrent(to: string, path: string): boolean {
  return to === "/" ? path === "/" : path === to || path.startsWith(`${to}/`);
}

/** The groups' pages in one row, as the palette and the "go to" keys need them. */
export function flatPages(groups: NavGroup[]): NavItem[] {
  return groups.flatMap((group) => group.items.flatMap((item) => (item.items ? item.items : [item])));
}
