import type { EntityDefinition, WidgetSlot } from "@opsflux/ui";
import { queryOptions, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { request } from "./request";

export type Language = "fr" | "en" | "es" | "pt";
export type ThemeChoice = "auto" | "light" | "dark";
export type Density = "comfortable" | "compact" | "dense";

export interface User {
  id: string;
  email: string;
  name: string;
  role: string;
  language: Language;
  theme?: ThemeChoice;
  density?: Density;
  permissions?: string[];
  phone?: string | null;
  job?: string | null;
  place?: string | null;
  time_zone?: string | null;
  /** The file of his photo, by which its address changes. */
  photo?: string | null;
}

export interface Company {
  id: string;
  name: string;
}

export interface MenuItem {
  id: string;
  label: string;
  icon?: string;
  path?: string;
  entity?: string;
  page?: string;
  count?: number;
}

export interface Menu {
  id: string;
  module: string;
  icon?: string;
  label: string;
  items: MenuItem[];
}

export interface Bundle {
  module: string;
  version: string;
  entry: string;
  styles?: string[];
  widgets?: { id: string; slot: WidgetSlot; entity?: string }[];
}

/** All that depends on the active modules and on the user's rights. */
export interface App {
  version: string;
  registry: number;
  instance: { name: string; address?: string };
  development: boolean;
  user: User;
  /** Who sees as this person. */
  seen_by?: { name: string; writes: boolean } | null;
  /** The company that he acts for, and all that he may act for. */
  company: Company | null;
  companies: Company[];
  /** The names of the feature flags that are on for him. */
  flags: string[];
  menus: Menu[];
  entities: EntityDefinition[];
  bundles: Bundle[];
}

export const appQuery = queryOptions({
  queryKey: ["app"],
  queryFn: ({ signal }) => request<App>("/api/v1/app", { signal }),
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
});

/** For everything inside the frame, which is drawn only once this is there. */
export function useApp(): App {
  return useSuspenseQuery(appQuery).data;
}

export function useAppQuery() {
  return useQuery(appQuery);
}

export function useEntity(name: string | undefined): EntityDefinition | undefined {
  const { entities } = useApp();
  return name === undefined ? undefined : entities.find((entity) => entity.name === name);
}

/** Services whose records stand with the administration. */
const administration = new Set(["identity", "settings"]);

/** Users and the like: not what a business module brings. */
export function isOfAdministration(entity: EntityDefinition): boolean {
  return administration.has(entity.module);
}

/** Whether a feature flag is on for whoever is signed in; follows what administrators change. */
export function useFlag(name: string): boolean {
  return useApp().flags.includes(name);
}

/** Address of an entity's pages in this application: its collection without the REST prefix. */
export function entityPath(entity: EntityDefinition): string {
  return entity.path.replace(/^\/api\/v1/, "");
}

export function recordPath(entity: EntityDefinition, id: string): string {
  return `${entityPath(entity)}/${encodeURIComponent(id)}`;
}

export function isAdministrator(user: User): boolean {
  return user.role === "administrator";
}

/** May see the audit trail: administrators, and roles that were given the right. */
export function mayAudit(user: User): boolean {
  return isAdministrator(user) || (user.permissions ?? []).includes("audit.view");
}

/** May see what another person sees. */
export function maySeeAs(user: User): boolean {
  return isAdministrator(user) || (user.permissions ?? []).includes("identity.user.see_as");
}

/** May change things in another person's place. */
export function mayActAs(user: User): boolean {
  return isAdministrator(user) || (user.permissions ?? []).includes("identity.user.act_as");
}

/** May add fields to entities. */
export function mayAddFields(user: User): boolean {
  return isAdministrator(user) || (user.permissions ?? []).includes("custom_fields.manage");
}

/** May change the texts of the server, the modules and this application. */
export function mayChangeTexts(user: User): boolean {
  return isAdministrator(user) || (user.permissions ?? []).includes("texts.manage");
}

/** May set up the mail server and see what goes out. */
export function mayManageMail(user: User): boolean {
  return isAdministrator(user) || (user.permissions ?? []).includes("mail.manage");
}

/** May publish documents that people accept, and erase people. */
export function mayManagePrivacy(user: User): boolean {
  return isAdministrator(user) || (user.permissions ?? []).includes("privacy.manage");
}

/** May see how the server and its modules are set. */
export function maySeeSettings(user: User): boolean {
  return mayChangeSettings(user) || (user.permissions ?? []).includes("settings.view");
}

/** May change how the server and its modules are set. */
export function mayChangeSettings(user: User): boolean {
  return isAdministrator(user) || (user.permissions ?? []).includes("settings.manage");
}
