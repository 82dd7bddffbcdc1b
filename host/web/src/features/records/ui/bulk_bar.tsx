import { Button, type EntityDefinition } from "@opsflux/ui";
import { PencilLine, RotateCcw, Trash2, X } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { entityCounted } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { IconButton } from "../../../shared/ui/overlay";
import { type BulkReport, bulkFields } from "../api/bulk";
import { useRemove, useRestore } from "../api/remove";

/** Read when many records are first acted on. */
const BulkSetDialog = lazy(() => import("./bulk_set").then((module) => ({ default: module.BulkSetDialog })));
const BulkReportDialog = lazy(() =>
  import("./bulk_set").then((module) => ({ default: module.BulkReportDialog })),
);

const PurgeDialog = lazy(() => import("./purge_dialog").then((module) => ({ default: module.PurgeDialog })));

export interface BulkBarProps {
  entity: EntityDefinition;
  picked: ReadonlySet<string>;
  deleted: boolean;
  onDone: () => void;
}

/** Floats above the foot and never moves rows. */
export function BulkBar({ entity, picked, deleted, onDone }: BulkBarProps) {
  const text = useText();
  const { t, n } = text;
  const remove = useRemove(entity);
  const restore = useRestore(entity);
  const [setting, setSetting] = useState(false);
  const [purging, setPurging] = useState(false);
  const [report, setReport] = useState<BulkReport>();
  const done = () => {
    setSetting(false);
    setPurging(false);
    setReport(undefined);
    onDone();
  };
  if (picked.size === 0) return null;
  const ids = [...picked];
  const what = entityCounted(text, entity, ids.length);
  return (
    <section
      aria-label={t("list.selection")}
      className="pointer-events-none absolute inset-x-0 bottom-14 z-20 flex justify-center px-4 touch:bottom-4"
    >
      <div className="pointer-events-auto flex animate-rise items-center gap-1 rounded-card border border-line bg-surface py-1.5 pr-1.5 pl-4 shadow-e3">
        <span role="status" className="pr-3 font-medium text-body">
          {n("list.selected", ids.length)}
        </span>
        <span aria-hidden="true" className="mr-1 h-6 border-line border-l" />
        {deleted ? (
          <>
            <Button
              kind="quiet"
              icon={<RotateCcw size={16} aria-hidden="true" />}
              onClick={() => {
                restore(ids);
                onDone();
              }}
            >
              {t("list.restore", { what })}
            </Button>
            {entity.rights.includes("delete") && (
              <Button
                kind="quiet"
                className="text-danger-text!"
                icon={<Trash2 size={16} aria-hidden="true" />}
                onClick={() => setPurging(true)}
              >
                {t("purge.submit")}
              </Button>
            )}
          </>
        ) : (
          <>
            {entity.rights.includes("edit") && bulkFields(entity).length > 0 && (
              <Button
                kind="quiet"
                icon={<PencilLine size={16} aria-hidden="true" />}
                onClick={() => setSetting(true)}
              >
                {t("bulk.set")}
              </Button>
            )}
            {entity.rights.includes("delete") && (
              <Button
                kind="quiet"
                className="text-danger-text!"
                icon={<Trash2 size={16} aria-hidden="true" />}
                onClick={() => remove(ids, onDone, setReport)}
              >
                {t("list.remove", { what })}
              </Button>
            )}
          </>
        )}
        <IconButton label={t("list.unselect")} onClick={onDone}>
          <X size={16} aria-hidden="true" />
        </IconButton>
      </div>
      <Suspense fallback={null}>
        {setting && (
          <BulkSetDialog entity={entity} ids={ids} onClose={() => setSetting(false)} onDone={done} />
        )}
        {purging && !report && (
          <PurgeDialog
            entity={entity}
            ids={ids}
            onClose={() => setPurging(false)}
            onDone={(made) => (made.failed.length > 0 ? setReport(made) : done())}
          />
        )}
        {report && <BulkReportDialog entity={entity} report={report} onClose={done} />}
      </Suspense>
    </section>
  );
}
