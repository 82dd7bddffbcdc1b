import type { EntityDefinition } from "@opsflux/ui";
import {
  isAdministrator,
  mayAddFields,
  mayAudit,
  mayChangeTexts,
  mayManageMail,
  mayManagePrivacy,
  maySeeSettings,
  type User,
} from "../../../shared/api/app";
import { maySeeRoles } from "../../../shared/api/rights";
import type { Key } from "../../../shared/i18n/messages";

/** A page of the administration that shows the records of an entity, for who has the right. */
export interface EntityPage {
  key: string;
  entity: string;
  right: EntityDefinition["rights"][number];
  icon: string;
  may?: (user: User) => boolean;
}

/** Another page of the administration. */
export interface OwnPage {
  key: string;
  label: Key;
  short?: Key;
  icon: string;
  to: string;
  may: (user: User) => boolean;
}

/** The administration in the order of the sidebar. */
export const systemPages: (EntityPage | OwnPage)[] = [
  {
    key: "modules",
    label: "nav.modules",
    short: "nav.group.modules",
    icon: "blocks",
    to: "/system/modules",
    may: isAdministrator,
  },
  { key: "users", entity: "identity.user", right: "edit", icon: "user" },
  { key: "companies", entity: "identity.company", right: "edit", icon: "building-2" },
  { key: "departments", entity: "identity.department", right: "edit", icon: "network" },
  { key: "invitations", entity: "identity.invitation", right: "create", icon: "user-plus" },
  { key: "access_requests", entity: "identity.access_request", right: "edit", icon: "door-open" },
  { key: "groups", entity: "identity.group", right: "edit", icon: "users-round" },
  { key: "roles", entity: "identity.role", right: "edit", icon: "shield" },
  { key: "rights", label: "rights.title", icon: "grid-3x3", to: "/system/rights", may: maySeeRoles },
  { key: "api-keys", entity: "identity.api_key", right: "view", icon: "key-round", may: isAdministrator },
  { key: "address-rules", entity: "identity.address_rule", right: "view", icon: "shield-check" },
  {
    key: "fields",
    label: "fields.title",
    icon: "text-cursor-input",
    to: "/system/fields",
    may: mayAddFields,
  },
  { key: "settings", label: "settings.title", icon: "settings", to: "/system/settings", may: maySeeSettings },
  { key: "flags", entity: "settings.flag", right: "view", icon: "flag" },
  { key: "texts", label: "texts.title", icon: "languages", to: "/system/texts", may: mayChangeTexts },
  { key: "mail", label: "mail.title", icon: "mail", to: "/system/mail", may: mayManageMail },
  {
    key: "privacy",
    label: "privacy.title",
    icon: "shield-check",
    to: "/system/privacy",
    may: mayManagePrivacy,
  },
  { key: "audit", label: "audit.title", icon: "scroll-text", to: "/system/audit", may: mayAudit },
];
