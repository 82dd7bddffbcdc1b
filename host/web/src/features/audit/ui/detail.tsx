import { useQuery } from "@tanstack/react-query";
import { ArrowRight, ListFilter, X } from "lucide-react";
import { Dialog as RadixDialog } from "radix-ui";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { recordPath, useApp } from "../../../shared/api/app";
import { useText } from "../../../shared/i18n/text";
import { None } from "../../../shared/ui/field_value";
import { IconButton, scrim } from "../../../shared/ui/overlay";
import { type AuditRow, auditRowQuery } from "../api/audit";
import type { AuditControl, Narrowing } from "../api/audit_state";
import { actionWord, actorWord, changedField, objectWord, reasonWord, shownValue } from "../api/words";
import { Result } from "./audit_list";

export interface DetailProps {
  row: AuditRow;
  state: AuditControl;
  onClose: () => void;
}

export function DetailPanel(props: DetailProps) {
  const { t } = useText();
  return (
    <aside
      aria-label={t("audit.detail")}
      className="flex w-87 shrink-0 animate-slide flex-col border-line border-l"
    >
      <DetailBody {...props} />
    </aside>
  );
}

/** Over the list where there is no room beside it. */
export function DetailSheet(props: DetailProps) {
  const { t } = useText();
  return (
    <RadixDialog.Root open onOpenChange={(open) => !open && props.onClose()}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className={scrim} />
        <RadixDialog.Content
          aria-describedby={undefined}
          className="fixed inset-y-2 right-2 z-50 flex w-96 animate-slide flex-col rounded-card border border-line bg-surface shadow-e3 touch:inset-x-0 touch:top-auto touch:bottom-0 touch:max-h-[88dvh] touch:w-auto touch:rounded-b-none"
        >
          <RadixDialog.Title className="sr-only">{t("audit.detail")}</RadixDialog.Title>
          <DetailBody {...props} />
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

function DetailBody({ row, state, onClose }: DetailProps) {
  const text = useText();
  const { t, format } = text;
  const { entities } = useApp();
  return (
    <>
      <div className="flex shrink-0 items-start gap-2 py-2 pr-2 pl-4">
        <div className="min-w-0 flex-1 pt-1.5">
          <h2 className="font-strong text-lg leading-tight">{actionWord(text, row.action)}</h2>
          <p className="mt-0.5 text-text-2 text-sm">
            {objectWord(text, entities, row.entity)} · {format.date(row.at)}, {format.timeExact(row.at)}
          </p>
        </div>
        <IconButton label={t("action.close")} onClick={onClose}>
          <X size={16} aria-hidden="true" />
        </IconButton>
      </div>
      <div tabIndex={0} data-focus="inside" className="min-h-0 flex-1 overflow-y-auto overscroll-contain">
        <Facts row={row} state={state} />
        <Changes row={row} />
        <Place row={row} />
      </div>
    </>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="contents">
      <dt className="text-text-3">{label}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </div>
  );
}

interface NarrowByProps {
  state: AuditControl;
  name: Narrowing;
  value: string | null;
  children: ReactNode;
}

/** A value that the list can be narrowed by. */
function NarrowBy({ state, name, value, children }: NarrowByProps) {
  const { t } = useText();
  if (value === null) return children;
  return (
    <span className="flex items-start justify-between gap-2">
      <span className="min-w-0 break-words">{children}</span>
      <IconButton
        label={t("audit.only", { what: t(`audit.by.${name}`) })}
        className="-my-1 h-7!"
        onClick={() => state.set({ [name]: value, tab: undefined })}
      >
        <ListFilter size={14} aria-hidden="true" />
      </IconButton>
    </span>
  );
}

function Facts({ row, state }: { row: AuditRow; state: AuditControl }) {
  const text = useText();
  const { t } = text;
  return (
    <section className="border-line border-t px-4 py-4">
      <dl className="grid grid-cols-[minmax(5.5rem,auto)_minmax(0,1fr)] gap-x-4 gap-y-2.5 text-sm">
        <Fact label={t("audit.column.person")}>
          <NarrowBy state={state} name="person" value={row.actor.id}>
            {actorWord(text, row)}
          </NarrowBy>
        </Fact>
        {row.via && <Fact label={t("audit.via")}>{row.via}</Fact>}
        <Fact label={t("audit.column.result")}>
          <Result row={row} />
          {row.reason && <p className="mt-0.5 text-text-2">{reasonWord(text, row.reason)}</p>}
        </Fact>
        {row.record_id && (
          <Fact label={t("audit.record")}>
            <NarrowBy state={state} name="record" value={row.record_id}>
              <RecordName row={row} />
            </NarrowBy>
          </Fact>
        )}
        <Fact label={t("audit.column.address")}>
          <NarrowBy state={state} name="address" value={row.address}>
            {row.address ?? <None />}
          </NarrowBy>
        </Fact>
        <Fact label={t("audit.device")}>{row.user_agent ?? <None />}</Fact>
        {row.session_id && (
          <Fact label={t("audit.session")}>
            <code className="font-mono text-xs">{row.session_id}</code>
          </Fact>
        )}
      </dl>
    </section>
  );
}

function RecordName({ row }: { row: AuditRow }) {
  const { entities } = useApp();
  const entity = entities.find((candidate) => candidate.name === row.entity);
  const id = row.record_id ?? "";
  const name = <code className="font-mono text-xs">{id}</code>;
  return entity ? (
    <Link to={recordPath(entity, id)} className="page-link">
      {name}
    </Link>
  ) : (
    name
  );
}

/** Before and after, field by field. */
function Changes({ row }: { row: AuditRow }) {
  const text = useText();
  const { t, n } = text;
  const { entities } = useApp();
  if (row.changes.length === 0) return null;
  return (
    <section className="border-line border-t px-4 py-4">
      <h3 className="mb-2.5 font-strong text-body">{n("audit.changes", row.changes.length)}</h3>
      <ul className="grid gap-3 text-sm">
        {row.changes.map((change) => (
          <li key={change.field}>
            <p className="text-text-3 text-xs">{changedField(text, entities, row, change.field)}</p>
            <p className="mt-0.5 flex flex-wrap items-baseline gap-x-1.5">
              {shownValue(text, change.before) !== undefined && (
                <>
                  <span className="min-w-0 break-all text-text-2 line-through decoration-text-3">
                    {shownValue(text, change.before)}
                  </span>
                  <ArrowRight size={12} aria-label={t("activity.to")} />
                </>
              )}
              <span className="min-w-0 break-all font-medium">
                {shownValue(text, change.after) ?? <None />}
              </span>
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The row's place in the chain, and what ties it to the one before. */
function Place({ row }: { row: AuditRow }) {
  const { t, format } = useText();
  const full = useQuery(auditRowQuery(row.id)).data ?? { ...row, previous_hash: null };
  return (
    <section className="border-line border-t px-4 py-4 text-sm">
      <h3 className="mb-2 font-strong text-body">{t("audit.chain")}</h3>
      {full.seq === null ? (
        <p className="text-text-2">{t("audit.not_sealed")}</p>
      ) : (
        <dl className="grid gap-2">
          <div>
            <dt className="text-text-3 text-xs">{t("audit.seq")}</dt>
            <dd>{format.number(full.seq)}</dd>
          </div>
          <div>
            <dt className="text-text-3 text-xs">{t("audit.hash")}</dt>
            <dd className="break-all font-mono text-xs">{full.hash}</dd>
          </div>
          {full.previous_hash && (
            <div>
              <dt className="text-text-3 text-xs">{t("audit.previous_hash")}</dt>
              <dd className="break-all font-mono text-xs">{full.previous_hash}</dd>
            </div>
          )}
        </dl>
      )}
    </section>
  );
}
