import { classNames, Status, Tag } from "@opsflux/ui";
import { ShieldAlert, ShieldCheck } from "lucide-react";
import type { Plan } from "../../../shared/api/modules";
import { useText } from "../../../shared/i18n/text";
import { shortKey, trustTone } from "./labels";

const grounds = {
  ok: "border-ok-line bg-ok-soft",
  info: "border-info-line bg-info-soft",
  warn: "border-warn-line bg-warn-soft",
  danger: "border-danger-line bg-danger-soft",
  draft: "",
  off: "",
};

export function TrustCard({ plan }: { plan: Plan }) {
  const { t, format } = useText();
  const { trust } = plan;
  const refused = (trust.checks ?? []).some((check) => !check.ok);
  const tone = refused ? "danger" : trustTone[trust.level];
  const Shield = tone === "ok" || tone === "info" ? ShieldCheck : ShieldAlert;
  const signed = trust.signed_at
    ? t("plan.signed_at", { date: format.date(trust.signed_at) })
    : t("plan.signed");
  return (
    <section
      aria-label={t("plan.trust")}
      className={classNames(
        "flex flex-wrap items-center gap-x-4 gap-y-2 rounded-card border px-3 py-2.5",
        grounds[tone],
      )}
    >
      <span className="grid size-9 place-items-center rounded-control border border-line bg-surface text-text">
        <Shield size={19} aria-hidden="true" />
      </span>
      <div className="min-w-0 flex-1 basis-56">
        <p className="flex flex-wrap items-center gap-2 text-body">
          <strong>{trust.signer ?? t(`trust.${trust.level}`)}</strong>
          <Tag className="font-medium">{t(`trust.${trust.level}`)}</Tag>
        </p>
        <p className="text-sm text-text-2">
          {signed}
          {trust.key_id && (
            <>
              {t("plan.key")} <code className="font-mono text-xs">{shortKey(trust.key_id)}</code>
            </>
          )}
        </p>
      </div>
      <ul className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
        {(trust.checks ?? []).map((check) => (
          <li key={check.id}>
            <Status tone={check.ok ? "ok" : "danger"}>
              {t(`check.${check.id}`)}
              <span className="sr-only">{t(check.ok ? "check.passed" : "check.failed")}</span>
            </Status>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function DependsLine({ plan }: { plan: Plan }) {
  const { t } = useText();
  if (plan.depends.length === 0)
    return <p className="px-0.5 text-text-3 text-xs">{t("plan.depends_none")}</p>;
  const ok = plan.depends.every((dependency) => dependency.ok);
  return (
    <div className="flex flex-wrap items-center gap-2 px-0.5">
      <span className="mr-1 font-medium text-body">
        {t(ok ? "plan.depends_met" : "plan.depends_missing")}
      </span>
      {plan.depends.map((dependency) => (
        <Tag key={dependency.id}>
          <Status tone={dependency.ok ? "ok" : "danger"}>
            {dependency.id} <span className="text-text-3">{dependency.version}</span>
          </Status>
        </Tag>
      ))}
    </div>
  );
}
