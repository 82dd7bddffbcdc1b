import type { EntityDefinition } from "@opsflux/ui";
import { useRestoreRecords } from "../../../shared/api/records";
import { entityCounted } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { errorText } from "../../../shared/ui/states";
import { say, sayError } from "../../../shared/ui/toast";
import { type BulkReport, useBulk } from "./bulk";

/**
 * Removes at once and offers to take it back, instead of asking beforehand. What is said afterwards hangs on the
 * promise: the callbacks of a mutation are lost with the page that is left meanwhile.
 */
export function useRemove(
  entity: EntityDefinition,
): (ids: string[], onRemoved?: () => void, onRefused?: (report: BulkReport) => void) => void {
  const text = useText();
  const { mutateAsync } = useBulk(entity);
  const restore = useRestore(entity);
  return (ids, onRemoved, onRefused) =>
    void mutateAsync(ids.map((id) => ({ action: "delete" as const, id }))).then(
      (report) => {
        const { done, failed } = report;
        const first = failed[0]?.error;
        if (failed.length > 0 && onRefused) onRefused(report);
        else if (first) sayError(first.detail ?? first.title ?? text.t("error.unexpected"));
        if (done.length === 0) return;
        if (failed.length === 0) onRemoved?.();
        say(text.n("list.removed", done.length, { what: entityCounted(text, entity, done.length) }), () =>
          restore(done),
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
