import type { EntityDefinition } from "@opsflux/ui";
import { entityPath, isOfAdministration, useApp } from "../../../shared/api/app";
import { entityWord } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { type Crumb, useCrumbs } from "../../../shared/ui/page";

/** Where the entity stands in the menus: the module's menu, then the entity. */
export function useEntityCrumbs(entity: EntityDefinition, more: Crumb[] = []): void {
  const text = useText();
  const { menus } = useApp();
  const menu = menus.find((candidate) => candidate.module === entity.module);
  const own = !isOfAdministration(entity);
  const module = own ? (menu?.label ?? text.s(`${entity.module}.module.name`)) : text.t("nav.group.system");
  useCrumbs([
    { label: module },
    { label: entityWord(text, entity, "many"), to: entityPath(entity) },
    ...more,
  ]);
}
