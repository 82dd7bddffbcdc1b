import { classNames } from "@opsflux/ui";
import { OctagonMinus, ShieldCheck, X } from "lucide-react";
import { useText } from "../../../shared/i18n/text";
import { IconButton } from "../../../shared/ui/overlay";
import { errorText } from "../../../shared/ui/states";
import type { useVerify, Verdict } from "../api/audit";

/** What the check of the chain has found, until it is put away. */
export function VerdictStrip({ verify }: { verify: ReturnType<typeof useVerify> }) {
  const text = useText();
  if (!verify.data && !verify.error) return null;
  const good = verify.data?.intact === true;
  const Sign = good ? ShieldCheck : OctagonMinus;
  return (
    <div
      role={good ? "status" : "alert"}
      className={classNames(
        "mx-4 my-1.5 flex shrink-0 items-start gap-2.5 rounded-card border py-2 pr-1.5 pl-3 text-body",
        good
          ? "border-ok-line bg-ok-soft text-ok-text"
          : "border-danger-line bg-danger-soft text-danger-text",
      )}
    >
      <Sign size={16} className="mt-1.5 shrink-0" aria-hidden="true" />
      <div className="min-w-0 flex-1 py-1">
        {verify.data ? <Told verdict={verify.data} /> : errorText(text, verify.error)}
      </div>
      <IconButton label={text.t("action.close")} onClick={() => verify.reset()}>
        <X size={16} aria-hidden="true" />
      </IconButton>
    </div>
  );
}

function Told({ verdict }: { verdict: Verdict }) {
  const { t, n, find, format } = useText();
  if (!verdict.intact)
    return (
      <>
        <strong>
          {verdict.broken_at
            ? t("audit.broken_at", { row: format.number(verdict.broken_at) })
            : t("audit.broken_mark")}
        </strong>
        <p className="text-sm text-text">
          {find(`audit.verdict.${verdict.reason}`) ?? verdict.reason} {t("audit.broken_help")}
        </p>
      </>
    );
  const more = [
    verdict.unsealed > 0 && n("audit.unsealed", verdict.unsealed),
    verdict.removed > 0 && n("audit.removed", verdict.removed),
  ].filter((part) => part !== false);
  return (
    <>
      <strong>{n("audit.intact", verdict.sealed)}</strong>
      {more.length > 0 && <p className="text-sm text-text">{more.join(" ")}</p>}
    </>
  );
}
