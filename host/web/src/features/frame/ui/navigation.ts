import {
  type App,
  entityPath,
  isAdministrator,
  type Menu,
  type MenuItem,
  mayAddFields,
  mayAudit,
  mayChangeTexts,
  mayManageMail,
  mayManagePrivacy,
  maySeeSettings,
} from "../../../shared/api/app";
import { maySeeRoles } from "../../../shared/api/rights";
import { entityWord } from "../../../shared/i18n/entity_text";
import type { Text } from "../../../shared/i18n/text";

export interface NavItem {
  key: string;
  label: string;
  icon: string | undefined;
  to: string;
  count?: number;
  /** Where the label has little room. */
  short?: string;
  items?: NavItem[];
}

export interface NavGroup {
  key: string;
  label: string;
  items: NavItem[];
}

/** Users are records like any other, but their place is with the administration. */
const usersEntity = "identity.user",
  groupsEntity = "identity.group",
  addressRulesEntity = "identity.address_rule",
  apiKeysEntity = "identity.api_key",
  flagsEntity = "settings.flag";

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

function systemItems(app: App, text: Text): NavItem[] {
  const items: NavItem[] = [];
  if (isAdministrator(app.user))
    items.push({
      key: "modules",
      label: text.t("nav.modules"),
      short: text.t("nav.group.modules"),
      icon: "blocks",
      to: "/system/modules",
    });
  const users = app.entities.find((entity) => entity.name === usersEntity && entity.rights.includes("view"));
  if (users?.rights.includes("edit"))
    items.push({
      key: "users",
      label: entityWord(text, users, "many"),
      icon: users.icon ?? "users",
      to: entityPath(users),
    });
  for (const name of ["identity.company", "identity.department"]) {
    const entity = app.entities.find((one) => one.name === name);
    if (entity?.rights.includes("edit"))
      items.push({
        key: name,
        label: entityWord(text, entity, "many"),
        icon: entity.icon,
        to: entityPath(entity),
      });
  }
  const invitations = app.entities.find((entity) => entity.name === "identity.invitation");
  if (invitations?.rights.includes("create"))
    items.push({
      key: "invitations",
      label: entityWord(text, invitations, "many"),
      icon: invitations.icon ?? "user-plus",
      to: entityPath(invitations),
    });
  const requests = app.entities.find((entity) => entity.name === "identity.access_request");
  if (requests?.rights.includes("edit"))
    items.push({
      key: "access_requests",
      label: entityWord(text, requests, "many"),
      icon: requests.icon ?? "door-open",
      to: entityPath(requests),
    });
  const groups = app.entities.find((entity) => entity.name === groupsEntity);
  if (groups?.rights.includes("edit"))
    items.push({
      key: "groups",
      label: entityWord(text, groups, "many"),
      icon: "users-round",
      to: entityPath(groups),
    });
  const roles = app.entities.find((entity) => entity.name === "identity.role");
  if (roles?.rights.includes("edit"))
    items.push({
      key: "roles",
      label: entityWord(text, roles, "many"),
      icon: roles.icon ?? "shield",
      to: entityPath(roles),
    });
  if (maySeeRoles(app.user))
    items.push({ key: "rights", label: text.t("rights.title"), icon: "grid-3x3", to: "/system/rights" });
  const keys = app.entities.find((entity) => entity.name === apiKeysEntity);
  if (keys?.rights.includes("view") && isAdministrator(app.user))
    items.push({
      key: "api-keys",
      label: entityWord(text, keys, "many"),
      icon: keys.icon ?? "key-round",
      to: entityPath(keys),
    });
  const rules = app.entities.find((entity) => entity.name === addressRulesEntity);
  if (rules?.rights.includes("view"))
    items.push({
      key: "address-rules",
      label: entityWord(text, rules, "many"),
      icon: rules.icon ?? "shield-check",
      to: entityPath(rules),
    });
  if (mayAddFields(app.user))
    items.push({
      key: "fields",
      label: text.t("fields.title"),
      icon: "text-cursor-input",
      to: "/system/fields",
    });
  if (maySeeSettings(app.user))
    items.push({
      key: "settings",
      label: text.t("settings.title"),
      icon: "settings",
      to: "/system/settings",
    });
  const flags = app.entities.find((entity) => entity.name === flagsEntity);
  if (flags?.rights.includes("view"))
    items.push({
      key: "flags",
      label: entityWord(text, flags, "many"),
      icon: flags.icon ?? "flag",
      to: entityPath(flags),
    });
  if (mayChangeTexts(app.user))
    items.push({ key: "texts", label: text.t("texts.title"), icon: "languages", to: "/system/texts" });
  if (mayManageMail(app.user))
    items.push({ key: "mail", label: text.t("mail.title"), icon: "mail", to: "/system/mail" });
  if (mayManagePrivacy(app.user))
    items.push({
      key: "privacy",
      label: text.t("privacy.title"),
      icon: "shield-check",
      to: "/system/privacy",
    });
  if (mayAudit(app.user))
    items.push({ key: "audit", label: text.t("audit.title"), icon: "scroll-text", to: "/system/audit" });
  return items;
}

/** The tree of the sidebar: what all have, what modules add, what administrators need. Empty groups are left out. */
export function navigation(app: App, text: Text): NavGroup[] {
  const menus = app.menus.filter((menu) => menu.module !== "identity" && menu.items.length > 0);
  const groups: NavGroup[] = [
    {
      key: "pilot",
      label: text.t("nav.group.pilot"),
      items: [{ key: "home", label: text.t("nav.home"), icon: "house", to: "/" }],
    },
    { key: "modules", label: text.t("nav.group.modules"), items: menus.map((menu) => menuItem(app, menu)) },
    { key: "system", label: text.t("nav.group.system"), items: systemItems(app, text) },
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
