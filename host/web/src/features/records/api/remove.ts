import type { EntityDefinition } from "@opsflux/ui";
import { useDeleteRecords, useRestoreRecords } from "../../../shared/api/records";
import { entityCounted } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { errorText } from "../../../shared/ui/states";
import { say, sayError } from "../../../shared/ui/toast";

/** Removes at once and offers to take it back, instead of asking beforehand. */
export function useRemove(entity: EntityDefinition): (ids: string[], onRemoved?: () => void) => void {
  const text = useText();
  const remove = useDeleteRecords(entity);
  const restore = useRestore(entity);
  return (ids, onRemoved) =>
    remove.mutate(ids, {
      onSuccess: ({ removed, error }) => {
        if (error) sayError(errorText(text, error));
        onRemoved?.();
        say(
          text.n("list.removed", removed.length, { what: entityCounted(text, entity, removed.length) }),
          () => restore(removed),
        );
      },
      onError: (error) => sayError(errorText(text, error)),
    });
}

export function useRestore(entity: EntityDefinition): (ids: string[]) => void {
  const text = useText();
  const { mutate } = useRestoreRecords(entity);
  return (ids) =>
    mutate(ids, {
      onSuccess: () =>
        say(text.n("list.restored", ids.length, { what: entityCounted(text, entity, ids.length) })),
      onError: (error) => sayError(errorText(text, error)),
    });
}
