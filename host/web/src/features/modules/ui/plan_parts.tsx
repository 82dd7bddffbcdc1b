import { Card, classNames, Status, Tag } from "@opsflux/ui";
import { KeyRound, PanelLeft, Route, ShieldAlert, ShieldCheck, TableProperties, Webhook } from "lucide-react";
import type { ReactNode } from "react";
import type { Plan, PlanPermission, PlanTable } from "../../../shared/api/modules";
import { useText } from "../../../shared/i18n/text";
import { riskTone, shortKey, trustTone } from "./labels";

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

const signs = {
  "+": "text-ok-text",
  "~": "text-accent-text",
  "-": "text-text-3",
  "=": "text-text-3",
};

function Sign({ change }: { change: keyof typeof signs | undefined }) {
  const { t } = useText();
  const sign = change ?? "+";
  const words = {
    "+": t("change.added"),
    "~": t("change.changed"),
    "-": t("change.removed"),
    "=": t("change.same"),
  };
  return (
    <span className={classNames("inline-block w-3 shrink-0 font-mono font-strong", signs[sign])}>
      <span aria-hidden="true">{sign === "-" ? "−" : sign}</span>
      <span className="sr-only">{words[sign]}</span>
    </span>
  );
}

const row =
  "flex min-h-9 flex-wrap items-center gap-x-3 gap-y-0.5 border-line-soft border-t px-3.5 py-1.5 text-body first:border-t-0";

const permissionRow =
  "grid min-h-9 grid-cols-[12px_minmax(0,2fr)_minmax(0,1.1fr)_minmax(0,1.5fr)_6rem] items-center gap-x-3 gap-y-0.5 border-line-soft border-t px-3.5 py-1.5 text-body first:border-t-0 touch:grid-cols-[12px_minmax(0,1fr)_auto]";

function RiskMark({ permission }: { permission: PlanPermission }) {
  const { t } = useText();
  if (permission.change === "-") return <span className="text-text-3 text-xs">{t("change.removed")}</span>;
  if (permission.risk === "low") return <span className="text-text-3 text-xs">{t("risk.low")}</span>;
  return (
    <Status badge tone={riskTone[permission.risk]}>
      {t(`risk.${permission.risk}`)}
    </Status>
  );
}

export function PermissionsCard({ plan }: { plan: Plan }) {
  const { t, n } = useText();
  const changed = plan.permissions.filter((permission) => permission.change !== "=");
  const added = changed.filter((permission) => permission.change !== "-").length;
  const same = plan.permissions.length - changed.length;
  return (
    <Card
      flush
      icon={<KeyRound size={16} aria-hidden="true" />}
      title={t("plan.permissions")}
      aside={[n("plan.permissions_new", added), same > 0 && n("plan.permissions_same", same)]
        .filter(Boolean)
        .join(", ")}
    >
      {changed.length === 0 && <Nothing>{t("plan.permissions_none")}</Nothing>}
      <ul>
        {changed.map((permission) => (
          <li key={permission.id} className={permissionRow}>
            <span className="touch:col-start-1 touch:row-start-1">
              <Sign change={permission.change} />
            </span>
            <span
              className={classNames(
                "min-w-0 font-medium touch:col-start-2 touch:row-start-1",
                permission.change === "-" && "text-text-3 line-through",
              )}
            >
              {permission.label ?? permission.id}
            </span>
            <code className="min-w-0 truncate font-mono text-text-2 text-xs touch:col-span-2 touch:col-start-2">
              {permission.id}
            </code>
            <span className="min-w-0 text-text-2 text-xs touch:col-span-2 touch:col-start-2">
              {permission.detail}
            </span>
            <span className="text-right touch:col-start-3 touch:row-start-1">
              <RiskMark permission={permission} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Nothing({ children }: { children: ReactNode }) {
  return <p className="px-3.5 py-3 text-body text-text-3">{children}</p>;
}

export function TablesCard({ plan }: { plan: Plan }) {
  const { t, n } = useText();
  const count = (change: PlanTable["change"]) =>
    plan.tables.filter((table) => table.change === change).length;
  return (
    <Card
      flush
      icon={<TableProperties size={16} aria-hidden="true" />}
      title={t("plan.tables")}
      aside={[
        n("plan.tables_made", count("+")),
        count("~") > 0 && n("plan.tables_changed", count("~")),
        n("plan.tables_dropped", count("-")),
      ]
        .filter(Boolean)
        .join(", ")}
    >
      {plan.tables.length === 0 ? (
        <Nothing>{t("plan.tables_none")}</Nothing>
      ) : (
        <div className="columns-2 gap-x-8 p-3.5 touch:columns-1 *:break-inside-avoid *:not-last:mb-4">
          {plan.tables.map((table) => (
            <TableChange key={table.name} table={table} />
          ))}
        </div>
      )}
    </Card>
  );
}

/** The columns that every entity's table has. */
const commonColumns = new Set([
  "id",
  "version",
  "created_at",
  "created_by",
  "updated_at",
  "updated_by",
  "deleted_at",
]);

function TableChange({ table }: { table: PlanTable }) {
  const { n } = useText();
  const own = table.columns.filter((column) => !commonColumns.has(column.name));
  const common = table.columns.length - own.length;
  const facts =
    table.change === "+"
      ? [
          n("plan.columns", table.columns.length),
          table.indexes !== undefined && n("plan.indexes", table.indexes),
        ]
      : [table.rows !== undefined && n("plan.rows", table.rows)];
  return (
    <div>
      <p className="flex flex-wrap items-baseline justify-between gap-x-3">
        <span className="min-w-0 truncate">
          <Sign change={table.change} /> <code className="font-mono font-strong text-sm">{table.name}</code>
        </span>
        <span className="text-text-3 text-xs">{facts.filter(Boolean).join(" · ")}</span>
      </p>
      {table.change === "+" ? (
        <p className="mt-1 pl-4 font-mono text-text-2 text-xs leading-read">
          {own.map((column) => column.name).join(", ")}
          {common > 0 && <span className="font-sans text-text-3"> {n("plan.common_columns", common)}</span>}
        </p>
      ) : (
        <ul className="mt-1 pl-4 font-mono text-xs leading-read">
          {table.columns.map((column) => (
            <li key={column.name}>
              <Sign change={column.change} /> <span className="text-ok-text">{column.name}</span>{" "}
              <span className="text-text-2">{column.type}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Keys of settings are read as the module names them, when its texts came with the plan. */
function valueText(value: unknown): string {
  if (value === null || value === undefined) return "–";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

export function MenusCard({ plan }: { plan: Plan }) {
  const { t, n } = useText();
  return (
    <Card
      flush
      icon={<PanelLeft size={16} aria-hidden="true" />}
      title={t("plan.menus")}
      aside={`${n("plan.menus_count", plan.menus.length)}, ${n("plan.settings_count", plan.settings.length)}`}
    >
      {plan.menus.length + plan.settings.length === 0 && <Nothing>{t("plan.menus_none")}</Nothing>}
      <ul>
        {plan.menus.map((menu) => (
          <li key={`menu/${menu.label}`} className={row}>
            <Sign change={menu.change} />
            <span className="w-16 text-text-3 text-xs">{t("plan.menu")}</span>
            <span className="min-w-0 flex-1 font-medium">{menu.label}</span>
          </li>
        ))}
        {plan.settings.map((setting) => (
          <li key={`setting/${setting.key}`} className={row}>
            <Sign change={setting.change} />
            <span className="w-16 text-text-3 text-xs">{t("plan.setting")}</span>
            <span className="min-w-0 flex-1 font-medium">{setting.label ?? setting.key}</span>
            <span className="text-text-3 text-xs">{valueText(setting.default)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

export function HooksCard({ plan }: { plan: Plan }) {
  const { t, n } = useText();
  const triggers = plan.triggers ?? [];
  const jobs = plan.jobs ?? [];
  return (
    <Card
      flush
      icon={<Webhook size={16} aria-hidden="true" />}
      title={t("plan.hooks")}
      aside={[n("plan.hooks_count", plan.hooks.length), jobs.length > 0 && n("plan.jobs_count", jobs.length)]
        .filter(Boolean)
        .join(", ")}
    >
      {plan.hooks.length + triggers.length + jobs.length === 0 && <Nothing>{t("plan.hooks_none")}</Nothing>}
      <ul>
        {plan.hooks.map((hook) => (
          <HookRow
            key={`${hook.entity}${hook.event}${hook.function}`}
            when={t(hook.event.startsWith("after") ? "hook.after" : "hook.before")}
            what={`${hook.entity}.${hook.event.replace(/^(before|after)_/, "")}`}
            who={hook.function}
            aside={
              (hook.may_veto ?? hook.event.startsWith("before")) ? (
                <span className="font-medium text-warn-text">{t("hook.may_veto")}</span>
              ) : undefined
            }
          />
        ))}
        {triggers.map((trigger) => (
          <HookRow
            key={trigger.file ?? ""}
            when={t("hook.after")}
            what={(trigger.on ?? []).join(", ")}
            who={trigger.file ?? ""}
            aside={t("hook.deferred")}
          />
        ))}
        {jobs.map((job) => (
          <HookRow key={job.id} when={t("hook.job")} what={job.id} who={job.every ?? ""} />
        ))}
      </ul>
    </Card>
  );
}

interface HookRowProps {
  when: string;
  what: string;
  who: string;
  aside?: ReactNode;
}

function HookRow({ when, what, who, aside }: HookRowProps) {
  return (
    <li className={row}>
      <span className="w-12 text-text-3 text-xs">{when}</span>
      <span className="min-w-0 flex-1">
        <code className="block truncate font-mono text-xs">{what}</code>
        <span className="block truncate text-text-3 text-xs">{who}</span>
      </span>
      <span className="text-text-3 text-xs">{aside}</span>
    </li>
  );
}

export function RoutesCard({ plan }: { plan: Plan }) {
  const { t, n } = useText();
  const routes = plan.routes ?? [];
  if (routes.length === 0) return null;
  return (
    <Card
      flush
      icon={<Route size={16} aria-hidden="true" />}
      title={t("plan.routes")}
      aside={n("plan.routes_count", routes.length)}
    >
      <ul>
        {routes.map((route) => (
          <li key={`${route.method} ${route.path}`} className={row}>
            <code className="w-12 font-mono text-text-3 text-xs">{route.method}</code>
            <code className="min-w-0 flex-1 font-mono text-sm break-all">{route.path}</code>
            {route.permission && <span className="font-mono text-text-3 text-xs">{route.permission}</span>}
          </li>
        ))}
      </ul>
    </Card>
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
