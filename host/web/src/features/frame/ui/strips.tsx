import { Button } from "@opsflux/ui";
import { useMutation } from "@tanstack/react-query";
import { CloudOff, Eye, TriangleAlert } from "lucide-react";
import { useApp } from "../../../shared/api/app";
import { useConnection } from "../../../shared/api/connection";
import { comeBack } from "../../../shared/api/see_as";
import { useText } from "../../../shared/i18n/text";
import { useBundleFailures } from "../../../shared/modules/loader";

export function OfflineStrip() {
  const { t, format } = useText();
  const { silentSince } = useConnection();
  return (
    <div role="status" aria-live="polite" className="contents">
      {silentSince !== undefined && (
        <p className="mr-2 mb-1.5 flex min-h-8 items-center gap-2 rounded-control border border-info-line bg-info-soft px-3 py-1 text-info-text text-body touch:mx-3 touch:min-h-11">
          <CloudOff size={16} aria-hidden="true" className="shrink-0" />
          {t("offline.since", { time: format.time(new Date(silentSince)) })}
        </p>
      )}
    </div>
  );
}

/** Always there while somebody sees as another person. */
export function SeenByStrip() {
  const { t } = useText();
  const { user, seen_by } = useApp();
  const back = useMutation({ mutationFn: comeBack, onSuccess: () => window.location.assign("/") });
  if (!seen_by) return null;
  return (
    <section
      aria-label={t("see_as.label")}
      className="mr-2 mb-1.5 flex min-h-9 flex-wrap items-center gap-2 rounded-control border border-warn-line bg-warn-soft px-3 py-1 text-warn-text touch:mx-3"
    >
      <Eye size={16} aria-hidden="true" className="shrink-0" />
      <p className="min-w-0 flex-1 text-body">
        {t(seen_by.writes ? "see_as.strip_writes" : "see_as.strip", { name: user.name, by: seen_by.name })}
      </p>
      <Button busy={back.isPending} onClick={() => back.mutate()}>
        {t("see_as.back")}
      </Button>
    </section>
  );
}

/** Always there while a module runs that was signed for development only. */
export function DevelopmentStrip() {
  const { t } = useText();
  const { development } = useApp();
  if (!development) return null;
  return (
    <section
      aria-label={t("strip.label")}
      className="hatched mr-2 mb-1.5 flex min-h-7 items-center gap-2 rounded-control border border-warn-line px-3 text-sm text-text touch:mx-3"
    >
      <p className="flex items-center gap-2 rounded-tag bg-surface px-2 py-px font-medium">
        <TriangleAlert size={14} aria-hidden="true" className="shrink-0 text-warn-text" />
        {t("development.strip")}
      </p>
    </section>
  );
}

export function BundleStrip() {
  const { t } = useText();
  const failed = Object.keys(useBundleFailures());
  if (failed.length === 0) return null;
  return (
    <p
      role="status"
      className="mr-2 mb-1.5 flex min-h-8 items-center gap-2 rounded-control border border-warn-line bg-warn-soft px-3 text-sm text-warn-text touch:mx-3"
    >
      <TriangleAlert size={16} aria-hidden="true" className="shrink-0" />
      {t("bundle.failed", { modules: failed.join(", ") })}
    </p>
  );
}
