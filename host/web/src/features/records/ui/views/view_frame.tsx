import type { EntityDefinition } from "@opsflux/ui";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { entityWord } from "../../../../shared/i18n/entity_text";
import { useText } from "../../../../shared/i18n/text";
import { RowSkeletons, Waiting } from "../../../../shared/ui/skeleton";
import { Failure } from "../../../../shared/ui/states";
import type { ListControl } from "../../api/list_state";

export interface ViewProps {
  entity: EntityDefinition;
  list: ListControl;
}

export function ViewWaiting({ entity }: { entity: EntityDefinition }) {
  const text = useText();
  return (
    <div className="min-h-0 flex-1 overflow-hidden">
      <Waiting what={entityWord(text, entity, "many")}>
        <RowSkeletons rows={10} />
      </Waiting>
    </div>
  );
}

/** What a view shows while its records come, or when they do not. */
export function ViewOf<T>({
  entity,
  query,
  children,
}: {
  entity: EntityDefinition;
  query: UseQueryResult<T>;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.error)
    return (
      <div className="min-h-0 flex-1 overflow-y-auto">
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      </div>
    );
  return <ViewWaiting entity={entity} />;
}

/** Says that not all are shown; nothing when all are. */
export function Partly({ shown, total }: { shown: number; total: number }) {
  const { t, format } = useText();
  if (shown >= total) return null;
  return (
    <p role="status" className="shrink-0 border-line border-t bg-subtle px-4 py-1.5 text-sm text-text-2">
      {t("view.partly", { shown: format.number(shown), total: format.number(total) })}
    </p>
  );
}

/** A few choices side by side, for instance the zoom. */
export function Segments<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: T;
  options: { value: T; label: string }[];
  onChange: (value: T) => void;
}) {
  return (
    <fieldset className="flex gap-0.5 rounded-control border border-line p-0.5">
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          data-focus="inside"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
          className="h-7 rounded-tag px-2.5 text-sm text-text-2 hover:bg-muted aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-accent-text touch:h-11 touch:px-3.5"
        >
          {option.label}
        </button>
      ))}
    </fieldset>
  );
}
