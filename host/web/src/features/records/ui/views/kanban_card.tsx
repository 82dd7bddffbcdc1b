import { useDraggable } from "@dnd-kit/core";
import { classNames, type EntityDefinition, type RecordData } from "@opsflux/ui";
import { ArrowLeftRight } from "lucide-react";
import { Link } from "react-router";
import { recordPath } from "../../../../shared/api/app";
import { titleOf } from "../../../../shared/api/title";
import { fieldLabel, findField } from "../../../../shared/i18n/entity_text";
import { useText } from "../../../../shared/i18n/text";
import { FieldValue, hasValue } from "../../../../shared/ui/field_value";
import { IconButton, Menu, MenuItem } from "../../../../shared/ui/overlay";
import type { Board } from "./kanban_view";

interface CardProps {
  entity: EntityDefinition;
  record: RecordData;
}

/** A card is dragged by any part of it; its menu moves it without dragging. */
export function KanbanCard({ entity, record, board }: CardProps & { board: Board }) {
  const { t } = useText();
  const waits = board.moves.has(record.id);
  const targets = board.movable ? board.targets(record) : [];
  const { setNodeRef, listeners, isDragging } = useDraggable({
    id: record.id,
    data: { record },
    disabled: !board.movable || waits,
  });
  const name = titleOf(entity, record);
  return (
    <div
      ref={setNodeRef}
      {...listeners}
      className={classNames(
        "relative touch-manipulation",
        board.movable && "cursor-grab",
        (isDragging || waits) && "opacity-50",
      )}
    >
      <KanbanCardFace entity={entity} record={record} linked />
      {targets.length > 0 && (
        <span className="absolute top-1 right-1">
          <Menu
            trigger={
              <IconButton label={t("kanban.move", { name })} className="h-7! touch:h-11!">
                <ArrowLeftRight size={14} aria-hidden="true" />
              </IconButton>
            }
          >
            {targets.map((target) => (
              <MenuItem key={target.value ?? ""} onSelect={() => board.move(record, target.value)}>
                {t("kanban.move_to", { name: target.name })}
              </MenuItem>
            ))}
          </Menu>
        </span>
      )}
    </div>
  );
}

/** The name, and what the definition wants beside it. */
export function KanbanCardFace({
  entity,
  record,
  linked,
  lifted,
}: CardProps & { linked?: boolean; lifted?: boolean }) {
  const text = useText();
  const title = titleOf(entity, record);
  const fields = (entity.views?.kanban?.fields ?? entity.subtitle ?? [])
    .map((name) => findField(entity, name))
    .filter((field) => field !== undefined)
    .filter((field) => hasValue(record[field.name]));
  return (
    <article
      className={classNames(
        "rounded-control border border-line bg-surface px-3 py-2.5 text-body",
        lifted ? "shadow-e3" : "shadow-e1",
      )}
    >
      {linked ? (
        <Link
          to={recordPath(entity, record.id)}
          draggable={false}
          className="block pr-7 font-medium text-text hover:underline underline-offset-3"
        >
          {title}
        </Link>
      ) : (
        <p className="pr-7 font-medium">{title}</p>
      )}
      {fields.length > 0 && (
        <dl className="mt-1.5 grid gap-1 text-sm text-text-2">
          {fields.map((field) => (
            <div key={field.name} className="flex min-w-0 gap-1.5">
              <dt className="sr-only">{fieldLabel(text, entity, field.name)}</dt>
              <dd className="min-w-0 truncate">
                <FieldValue entity={entity} field={field} record={record} plain short />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </article>
  );
}
