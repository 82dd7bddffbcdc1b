import {
  Button,
  buttonClasses,
  classNames,
  type EntityDefinition,
  StatusShape,
  type Tone,
} from "@opsflux/ui";
import { FileUp, Undo2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Link } from "react-router";
import { entityPath } from "../../../../shared/api/app";
import type { ImportRun } from "../../../../shared/api/imports";
import { type Text, useText } from "../../../../shared/i18n/text";
import { canStart, canUndo, type Outcome, outcomeOf } from "../../api/import_plan";
import { Counts } from "./counts";
import { Problems } from "./problems";
import { UndoDialog } from "./undo_dialog";

const tones: Record<Outcome, Tone> = {
  checked: "ok",
  checked_bad: "warn",
  done: "ok",
  done_bad: "warn",
  nothing: "danger",
  failed: "danger",
  cancelled: "off",
  interrupted: "warn",
  undone: "off",
};

const grounds: Record<Tone, string> = {
  ok: "border-ok-line bg-ok-soft",
  warn: "border-warn-line bg-warn-soft",
  danger: "border-danger-line bg-danger-soft",
  info: "border-info-line bg-info-soft",
  draft: "border-line bg-subtle",
  off: "border-line bg-subtle",
};

/** What else there is to say, besides the figures. */
function helpOf({ t, n }: Text, outcome: Outcome, run: ImportRun): string | undefined {
  switch (outcome) {
    case "checked":
    case "checked_bad":
    case "nothing":
      return t(`import.outcome.${outcome}_help`);
    case "cancelled":
    case "interrupted":
      return canUndo(run) ? t(`import.outcome.${outcome}_help`) : t("import.outcome.checked_help");
    case "failed":
      return run.error?.message ?? run.error?.detail;
    case "undone": {
      const { undone = 0, kept = 0 } = run.counts;
      return [n("import.undone", undone), kept > 0 && n("import.kept", kept)].filter(Boolean).join(" ");
    }
    default:
      return undefined;
  }
}

/** How a run that does not run any more has ended, or what trying it has shown. */
export function ImportOutcome({ entity, run }: { entity: EntityDefinition; run: ImportRun }) {
  const text = useText();
  const outcome = outcomeOf(run);
  const section = useRef<HTMLElement>(null);
  // It stands above what was pressed, which is gone by then: the eye and the focus are led there.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each end of a run is another outcome
  useEffect(() => {
    section.current?.scrollIntoView({ block: "nearest" });
    section.current?.focus({ preventScroll: true });
  }, [run.finished_at]);
  if (!outcome) return null;
  const tone = tones[outcome];
  const help = helpOf(text, outcome, run);
  return (
    <>
      <section
        ref={section}
        tabIndex={-1}
        aria-label={text.t(`import.outcome.${outcome}`)}
        className={classNames("grid scroll-mt-4 gap-3 rounded-card border px-4 py-3.5", grounds[tone])}
      >
        <div className="flex flex-wrap items-start gap-x-4 gap-y-3">
          <div role="status" className="min-w-0 flex-1 basis-72">
            <h2 className="flex items-baseline gap-2 font-strong text-lg">
              <StatusShape tone={tone} className="translate-y-px" />
              {text.t(`import.outcome.${outcome}`)}
            </h2>
            <p className="text-sm text-text-2 leading-read">
              {[run.file_name, help].filter(Boolean).join(" · ")}
            </p>
          </div>
          {!canStart(run) && <Actions entity={entity} run={run} />}
        </div>
        {run.counts.rows !== undefined && outcome !== "undone" && (
          <div className="rounded-card bg-surface">
            <Counts counts={run.counts} />
          </div>
        )}
      </section>
      <Problems run={run} />
    </>
  );
}

function Actions({ entity, run }: { entity: EntityDefinition; run: ImportRun }) {
  const { t } = useText();
  const [undoing, setUndoing] = useState(false);
  return (
    <div className="flex flex-wrap gap-2">
      {canUndo(run) && (
        <Button icon={<Undo2 size={16} aria-hidden="true" />} onClick={() => setUndoing(true)}>
          {t("import.undo")}
        </Button>
      )}
      <Link to="." className={buttonClasses()}>
        <FileUp size={16} aria-hidden="true" />
        {t("import.another")}
      </Link>
      <Link to={entityPath(entity)} className={buttonClasses("primary")}>
        {t("import.see")}
      </Link>
      {undoing && <UndoDialog run={run} onClose={() => setUndoing(false)} />}
    </div>
  );
}
