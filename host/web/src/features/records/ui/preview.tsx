import { type EntityDefinition, Gauge, type RecordData } from "@opsflux/ui";
import { ChevronDown, ChevronUp, Maximize2, X } from "lucide-react";
import { Dialog as RadixDialog } from "radix-ui";
import { Link } from "react-router";
import { recordPath } from "../../../shared/api/app";
import { titleOf } from "../../../shared/api/title";
import { fieldLabel, findField } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { Avatar, photoAddress } from "../../../shared/ui/avatar";
import { FieldValue, hasValue } from "../../../shared/ui/field_value";
import { IconButton, scrim } from "../../../shared/ui/overlay";
import { ActivityThread } from "./activity";
import { Subtitle } from "./identity";
import type { ListCursor } from "./list_page";
import { Provenance } from "./provenance";

export interface PreviewProps {
  entity: EntityDefinition;
  rows: RecordData[];
  cursor: ListCursor;
  move: (by: number) => void;
}

/** At the right of the list, kept while moving with the arrow keys. */
export function PreviewPanel(props: PreviewProps) {
  const { t } = useText();
  return (
    <aside
      aria-label={t("preview.label")}
      className="flex w-87 shrink-0 animate-slide flex-col border-line border-l"
    >
      <PreviewBody {...props} />
    </aside>
  );
}

/** Over the list where there is no room beside it. */
export function PreviewSheet(props: PreviewProps) {
  const { t } = useText();
  return (
    <RadixDialog.Root open onOpenChange={(open) => props.cursor.setPreview(open)}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className={scrim} />
        <RadixDialog.Content
          aria-describedby={undefined}
          className="fixed inset-y-2 right-2 z-50 flex w-96 animate-slide flex-col rounded-card border border-line bg-surface shadow-e3 touch:inset-x-0 touch:top-auto touch:bottom-0 touch:max-h-[88dvh] touch:w-auto touch:rounded-b-none"
        >
          <RadixDialog.Title className="sr-only">{t("preview.label")}</RadixDialog.Title>
          <PreviewBody {...props} />
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

function PreviewBody({ entity, rows, cursor, move }: PreviewProps) {
  const { t } = useText();
  const record = cursor.at;
  if (!record) return null;
  return (
    <>
      <div className="flex h-12 shrink-0 items-center gap-0.5 pr-2 pl-4">
        <span className="flex-1 text-text-3 text-xs">
          {t("preview.at", { at: rows.indexOf(record) + 1, of: rows.length })}
        </span>
        <IconButton label={t("preview.previous")} onClick={() => move(-1)}>
          <ChevronUp size={16} aria-hidden="true" />
        </IconButton>
        <IconButton label={t("preview.next")} onClick={() => move(1)}>
          <ChevronDown size={16} aria-hidden="true" />
        </IconButton>
        {!record.deleted_at && (
          <Link
            to={recordPath(entity, record.id)}
            aria-label={t("action.open")}
            title={t("action.open")}
            className="grid size-(--control-h) place-items-center rounded-control hover:bg-muted"
          >
            <Maximize2 size={15} aria-hidden="true" />
          </Link>
        )}
        <IconButton label={t("action.close")} onClick={() => cursor.setPreview(false)}>
          <X size={16} aria-hidden="true" />
        </IconButton>
      </div>
      <div tabIndex={0} data-focus="inside" className="min-h-0 flex-1 overflow-y-auto overscroll-contain">
        <div className="flex items-center gap-3 px-4 pb-4">
          <Avatar
            name={titleOf(entity, record)}
            size="lg"
            person={entity.name === "identity.user"}
            photo={entity.name === "identity.user" ? photoAddress(record.id, record.photo) : undefined}
          />
          <div className="min-w-0">
            <h2 className="font-strong text-lg leading-tight">{titleOf(entity, record)}</h2>
            <div className="mt-0.5 text-text-2 text-xs">
              <Subtitle entity={entity} record={record} />
            </div>
          </div>
        </div>
        <PreviewGauges entity={entity} record={record} />
        <PreviewFacts entity={entity} record={record} />
        {!record.deleted_at && (
          <section className="border-line border-t px-4 py-4">
            <h3 className="mb-2.5 font-strong text-body">{t("preview.last_activity")}</h3>
            <ActivityThread entity={entity} id={record.id} limit={3} compact />
          </section>
        )}
      </div>
    </>
  );
}

/** The first gauge large, with its limit; the others in one line each. */
function PreviewGauges({ entity, record }: { entity: EntityDefinition; record: RecordData }) {
  const text = useText();
  const gauges = entity.fields.filter((field) => field.display === "gauge" && hasValue(record[field.name]));
  const main = gauges.find((field) => field.name === "score") ?? gauges[0];
  if (!main) return null;
  const { min = 0, max = 100, limit } = main;
  const value = Number(record[main.name]);
  return (
    <section className="border-line border-t px-4 py-4">
      <h3 className="font-strong text-body">{fieldLabel(text, entity, main.name)}</h3>
      <div className="mt-1.5 flex items-start gap-3">
        <span className="font-strong text-2xl leading-none">{text.format.number(value)}</span>
        <div className="min-w-0 flex-1">
          <Gauge value={value} min={min} max={max} limit={limit} notches={20} wide mark />
          <div className="mt-0.5 flex justify-between text-text-3 text-xs">
            <span>{text.format.number(min)}</span>
            {limit !== undefined && (
              <span>{text.t("gauge.limit", { limit: text.format.number(limit) })}</span>
            )}
            <span>{text.format.number(max)}</span>
          </div>
        </div>
      </div>
      <ul className="mt-2 grid gap-1">
        {gauges
          .filter((field) => field !== main)
          .map((field) => (
            <li key={field.name} className="flex items-center gap-3 text-sm">
              <span className="flex-1 text-text-2">{fieldLabel(text, entity, field.name)}</span>
              <Gauge
                value={Number(record[field.name])}
                min={field.min ?? 0}
                max={field.max ?? 100}
                limit={field.limit}
              />
              <span className="w-7 text-right">{text.format.number(Number(record[field.name]))}</span>
            </li>
          ))}
      </ul>
    </section>
  );
}

const shownFacts = 12;

function PreviewFacts({ entity, record }: { entity: EntityDefinition; record: RecordData }) {
  const text = useText();
  const skip = new Set([entity.title, ...(entity.subtitle ?? [])]);
  const names = new Set([
    entity.status ?? "",
    ...(entity.views?.list?.columns ?? []),
    ...entity.fields.map((field) => field.name),
  ]);
  const fields = [...names]
    .filter((name) => !skip.has(name))
    .map((name) => findField(entity, name))
    .filter((field) => field !== undefined)
    .filter(
      (field) =>
        field.display !== "gauge" &&
        !["longtext", "richtext"].includes(field.type) &&
        hasValue(record[field.name]),
    )
    .slice(0, shownFacts);
  return (
    <section className="border-line border-t px-4 py-4">
      <dl className="grid grid-cols-[minmax(6rem,auto)_1fr] gap-x-4 gap-y-2 text-sm">
        {fields.map((field) => (
          <div key={field.name} className="contents">
            <dt className="text-text-3">{fieldLabel(text, entity, field.name)}</dt>
            <dd className="min-w-0 break-words">
              <FieldValue entity={entity} field={field} record={record} />
            </dd>
          </div>
        ))}
      </dl>
      <Provenance record={record} className="mt-3 text-text-3 text-xs" />
    </section>
  );
}
