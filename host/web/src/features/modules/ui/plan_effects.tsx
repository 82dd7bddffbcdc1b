import { Card } from "@opsflux/ui";
import { PanelLeft, Route, Webhook } from "lucide-react";
import type { ReactNode } from "react";
import type { Plan } from "../../../shared/api/modules";
import { type Text, useText } from "../../../shared/i18n/text";
import { Nothing, row, Sign } from "./plan_row";

function valueText({ t, format }: Text, value: unknown): string {
  if (value === null || value === undefined || value === "") return "–";
  if (typeof value === "boolean") return t(value ? "value.yes" : "value.no");
  if (typeof value === "number") return format.number(value);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

export function MenusCard({ plan }: { plan: Plan }) {
  const text = useText();
  const { t, n } = text;
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
            <span className="text-text-3 text-xs">{valueText(text, setting.default)}</span>
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
            {route.permission && <code className="font-mono text-text-3 text-xs">{route.permission}</code>}
          </li>
        ))}
      </ul>
    </Card>
  );
}
