import { classNames, Gauge } from "@opsflux/ui";
import { Check, ChevronDown, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { ApiError } from "../../../shared/api/api_error";
import type { Operation, Stage, StageLine } from "../../../shared/api/modules";
import { type Text, useText } from "../../../shared/i18n/text";
import { errorText } from "../../../shared/ui/states";
import { lineText, stageKey } from "./labels";

export interface StageRow {
  id: string;
  state: Stage["state"] | "waiting";
  /** Said at the end of the line: how long it took, or will take. */
  aside?: string;
  detail?: ReactNode;
  lines?: StageLine[];
  /** The lines wait behind a button. */
  folded?: boolean;
}

/** How far along, and each stage with what it says. */
export function Stages({ rows, title }: { rows: StageRow[]; title: string }) {
  const { t } = useText();
  const done = rows.filter((row) => row.state === "done").length;
  const open = rows.find(
    (row) => row.state === "running" || row.state === "waiting" || row.state === "failed",
  );
  const at = open ? rows.indexOf(open) + 1 : done;
  const failed = open?.state === "failed";
  return (
    <section aria-label={title}>
      <div className="mb-2.5 flex items-baseline justify-between gap-3">
        <h2 className="font-strong text-lg">{title}</h2>
        <p role="status" className="text-text-3 text-xs">
          {t("stages.at", { at, of: rows.length })}
        </p>
      </div>
      <Gauge
        value={open && !failed ? done + 0.5 : done}
        max={rows.length}
        notches={rows.length}
        tone={failed ? "danger" : "accent"}
        wide
      />
      <ol className="mt-4">
        {rows.map((row, position) => (
          <StageItem key={row.id} row={row} last={position === rows.length - 1} />
        ))}
      </ol>
    </section>
  );
}

function StageItem({ row, last }: { row: StageRow; last: boolean }) {
  const { t, s } = useText();
  const key = stageKey(row.id);
  const active = row.state === "running" || row.state === "waiting";
  return (
    <li className="relative flex gap-3 pb-3" aria-current={active ? "step" : undefined}>
      {!last && (
        <span
          aria-hidden="true"
          className={classNames(
            "absolute top-5 bottom-0 left-2 w-px",
            row.state === "done" ? "bg-accent" : "bg-line",
          )}
        />
      )}
      <StageMark state={row.state} />
      <div className="min-w-0 flex-1">
        <div className="flex items-baseline justify-between gap-3">
          <span
            className={classNames(
              "text-body",
              row.state === "done" && "font-medium",
              active && "font-strong text-accent-text",
              row.state === "failed" && "font-strong text-danger-text",
              row.state === "pending" && "text-text-2",
            )}
          >
            {key ? t(key) : s(`stage.${row.id}`)}
            <span className="sr-only">, {t(`stage.state.${row.state}`)}</span>
          </span>
          {row.aside && <span className="shrink-0 text-text-3 text-xs">{row.aside}</span>}
        </div>
        {row.detail && <div className="text-text-3 text-xs">{row.detail}</div>}
        {row.lines &&
          row.lines.length > 0 &&
          (row.folded ? <FoldedLog lines={row.lines} /> : <StageLog lines={row.lines} />)}
      </div>
    </li>
  );
}

function StageMark({ state }: { state: StageRow["state"] }) {
  const base = "relative mt-0.5 grid size-[17px] shrink-0 place-items-center rounded-full";
  if (state === "done")
    return (
      <span className={classNames(base, "bg-accent text-on-accent")}>
        <Check size={11} strokeWidth={3} aria-hidden="true" />
      </span>
    );
  if (state === "failed")
    return (
      <span className={classNames(base, "bg-danger text-surface")}>
        <X size={11} strokeWidth={3} aria-hidden="true" />
      </span>
    );
  if (state === "running" || state === "waiting")
    return (
      <span className={classNames(base, "border-2 border-accent bg-surface")}>
        <span
          className={classNames(
            "size-2 rounded-full bg-accent",
            state === "running" && "animate-wait motion-reduce:animate-none",
          )}
        />
      </span>
    );
  return <span className={classNames(base, "border border-line bg-surface")} />;
}

function FoldedLog({ lines }: { lines: StageLine[] }) {
  const { n } = useText();
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex items-center gap-1 rounded-tag text-text-3 text-xs hover:text-text touch:min-h-11"
      >
        <ChevronDown
          size={13}
          aria-hidden="true"
          className={classNames("transition-transform", !open && "-rotate-90")}
        />
        {n("stages.log", lines.length)}
      </button>
      {open && <StageLog lines={lines} />}
    </>
  );
}

function StageLog({ lines }: { lines: StageLine[] }) {
  const text = useText();
  const time = (at: string) => new Date(at).toTimeString().slice(0, 8);
  return (
    <ul className="mt-1.5 grid gap-1 rounded-control border border-line bg-surface px-2.5 py-2 font-mono text-2xs leading-read">
      {lines.map((line) => (
        <li key={`${line.at}${line.text}`} className="flex gap-2">
          <span className="shrink-0 text-text-3">{time(line.at)}</span>
          <span className="min-w-0 break-words">{lineText(text, line)}</span>
        </li>
      ))}
    </ul>
  );
}

/** The log of what is over stays out of the way: its last line, and the others on demand. */
function doneLines(text: Text, { lines = [] }: Stage): Pick<StageRow, "detail" | "lines" | "folded"> {
  const last = lines.at(-1);
  return { detail: last && lineText(text, last), lines: lines.length > 1 ? lines : undefined, folded: true };
}

/** The stages of an operation that runs or has run. */
export function OperationStages({ operation }: { operation: Operation }) {
  const text = useText();
  const { t, format } = text;
  const rows = operation.stages.map(
    (stage): StageRow => ({
      id: stage.id,
      state: stage.state,
      aside: stage.took_ms ? format.duration(stage.took_ms) : undefined,
      lines: stage.lines,
      ...(stage.state === "done" && doneLines(text, stage)),
    }),
  );
  return (
    <>
      <Stages rows={rows} title={t("stages.title")} />
      {operation.state === "done" && (
        <p
          role="status"
          className="rounded-control border border-ok-line bg-ok-soft px-3 py-2.5 text-body text-ok-text"
        >
          {t(`operation.done.${operation.kind}`)}
        </p>
      )}
      {(operation.state === "failed" || operation.state === "undone") && (
        <div
          role="alert"
          className="rounded-control border border-danger-line bg-danger-soft px-3 py-2.5 text-body leading-read"
        >
          <p className="font-strong text-danger-text">{t(`operation.failed.${operation.kind}`)}</p>
          {operation.error && (
            <p className="mt-1 break-words">
              {errorText(text, new ApiError(operation.error.status ?? 500, operation.error))}
            </p>
          )}
          <p className="mt-1 text-text-2">{t("operation.as_before")}</p>
        </div>
      )}
    </>
  );
}
