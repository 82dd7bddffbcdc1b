import type { EntityDefinition, TransitionDefinition } from "@opsflux/ui";

/** A status that goes from step to step is changed by its steps only, never by choosing a value. */
export function isStepped(entity: EntityDefinition, field: string): boolean {
  return field === entity.status && (entity.transitions ?? []).length > 0;
}

/** The steps that a role may take from where the record stands. Conditions are the server's to judge. */
export function stepsFrom(
  entity: EntityDefinition,
  record: Record<string, unknown>,
  role: string,
): TransitionDefinition[] {
  const stands = entity.status ? record[entity.status] : undefined;
  const open = (entity.transitions ?? []).filter(
    ({ from, roles, right }) =>
      from.some((state) => state === stands) &&
      (right === undefined || entity.rights.includes(right)) &&
      (roles === undefined || role === "administrator" || roles.includes(role)),
  );
  return open.filter((step, position) => open.findIndex(({ to }) => to === step.to) === position);
}
