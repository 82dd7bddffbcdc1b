import type { EntityDefinition, Right } from "@opsflux/ui";
import type { ComponentType } from "react";
import { useParams } from "react-router";
import { entityPath, useApp } from "../shared/api/app";
import { entityWord, inSentence } from "../shared/i18n/entity_text";
import { useText } from "../shared/i18n/text";
import { usePage } from "../shared/modules/registry";
import { NoPermission } from "../shared/ui/no_permission";
import { Absent } from "./absent";
import { NotFound } from "./not_found";

function useRoutedEntity(): EntityDefinition | undefined {
  const { module, plural } = useParams();
  const { entities } = useApp();
  return entities.find((entity) => entityPath(entity) === `/${module}/${plural}`);
}

function useMissing(entity: EntityDefinition | undefined, right: Right): string | undefined {
  const text = useText();
  if (!entity || entity.rights.includes(right)) return undefined;
  return text.t(`right.${right}`, { what: inSentence(entityWord(text, entity, "many")) });
}

export interface CollectionRouteProps {
  page: ComponentType<{ entity: EntityDefinition }>;
  right?: Right;
}

/** A list or a page of a module: both have addresses of two parts. */
export function CollectionRoute({ page: Page, right = "view" }: CollectionRouteProps) {
  const { module, plural } = useParams();
  const entity = useRoutedEntity();
  const missing = useMissing(entity, right);
  const own = usePage(module, plural);
  if (own) return <own.component module={own.module} />;
  if (!entity) return <Absent module={module} plural={plural} />;
  if (missing) return <NoPermission right={missing} />;
  return <Page key={entity.name} entity={entity} />;
}

export interface RecordRouteProps {
  page: ComponentType<{ entity: EntityDefinition; id: string }>;
  right?: Right;
}

export function RecordRoute({ page: Page, right = "view" }: RecordRouteProps) {
  const { module, plural, id } = useParams();
  const entity = useRoutedEntity();
  const missing = useMissing(entity, right);
  if (id === undefined) return <NotFound />;
  if (!entity) return <Absent module={module} plural={plural} />;
  if (missing) return <NoPermission right={missing} />;
  return <Page key={`${entity.name}/${id}`} entity={entity} id={id} />;
}
