import type { EntityDefinition } from "@opsflux/ui";
import { useDeleteRecords, useRestoreRecords } from "../../../shared/api/records";
import { entityCounted } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { errorText } from "../../../shared/ui/states";
import { say, sayError } from "../../../shared/ui/toast";

/**
 * Removes at once and offers to take it back, instead of asking beforehand. What is said afterwards hangs on the
 * promise: the callbacks of a mutation are lost with the page that is left meanwhile.
 */
export function useRemove(entity: EntityDefinition): (ids: string[], onRemoved?: () => void) => void {
  const text = useText();
  const { mutateAsync } = useDeleteRecords(entity);
  const restore = useRestore(entity);
  return (ids, onRemoved) =>
    void mutateAsync(ids).then(
      ({ removed, error }) => {
        if (error) sayError(errorText(text, error));
        onRemoved?.();
        say(
          text.n("list.removed", removed.length, { what: entityCounted(text, entity, removed.length) }),
          () => restore(removed),
        );
      },
      (error: unknown) => sayError(errorText(text, error)),
    );
}

export function useRestore(entity: EntityDefinition): (ids: string[]) => void {
  const text = useText();
  const { mutateAsync } = useRestoreRecords(entity);
  return (ids) =>
    void mutateAsync(ids).then(
      () => say(text.n("list.restored", ids.length, { what: entityCounted(text, entity, ids.length) })),
      (error: unknown) => sayError(errorText(text, error)),
    );
}
