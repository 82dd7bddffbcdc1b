import type { EntityDefinition } from "@opsflux/ui";
import { ApiError } from "../../../shared/api/api_error";
import { enumLabel } from "../../../shared/i18n/entity_text";
import type { Text } from "../../../shared/i18n/text";
import { errorText } from "../../../shared/ui/states";

/** Why a status does not go on, with its values as people know them: the server knows only their names. */
export function stepRefusalText(text: Text, entity: EntityDefinition, error: unknown): string {
  const problem = error instanceof ApiError ? error.problem : undefined;
  const { code, params } = problem?.errors?.[0] ?? problem ?? {};
  const key = `errors.${code}`;
  const about = /^entity\.(no_transition|transition_\w+)$/.test(code ?? "");
  if (!about || !params || !entity.status || text.find(key) === undefined) return errorText(text, error);
  const status = entity.status;
  const named = Object.entries(params).map(([name, value]) => [
    name,
    enumLabel(text, entity, status, String(value)),
  ]);
  return text.s(key, Object.fromEntries(named));
}
