import type { Scope } from "../../api/rights";
import { recordName } from "../../i18n/record_names";
import type { Text } from "../../i18n/text";

export function scopeText({ t }: Text, scope: Scope | null | undefined): string {
  return scope ? t(`rights.scope.${scope}`) : t("rights.scope.none");
}

export function roleName(role: { id: string; name: string }): string {
  return recordName("identity.role", role.id) ?? role.name;
}
