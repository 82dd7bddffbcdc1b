import { Card, Status } from "@opsflux/ui";
import { History, KeyRound, Layers } from "lucide-react";
import { useState } from "react";
import type { InstalledModule, Operation } from "../../../shared/api/modules";
import { useText } from "../../../shared/i18n/text";
import { nameOf, operationTone, riskTone, shortKey, trustTone } from "./labels";
import { OperationStages } from "./stages";

export function FactsCard({ module }: { module: InstalledModule }) {
  const { t, format } = useText();
  const facts: [string, React.ReactNode][] = [
    [t("modules.publisher"), nameOf(module.publisher) ?? "–"],
    [
      t("modules.trust"),
      <Status key="trust" tone={trustTone[module.trust]}>
        {t(`trust.${module.trust}`)}
      </Status>,
    ],
    [
      t("modules.id"),
      <code key="id" className="font-mono text-sm">
        {module.id}
      </code>,
    ],
    [t("modules.installed_at"), format.dateTime(module.installed_at)],
  ];
  if (module.key_id)
    facts.splice(2, 0, [
      t("modules.key"),
      <code key="key" className="font-mono text-sm" title={module.key_id}>
        {shortKey(module.key_id)}
      </code>,
    ]);
  if (module.mapped_bytes !== undefined) facts.push([t("modules.mapped"), format.bytes(module.mapped_bytes)]);
  return (
    <Card title={t("modules.facts")}>
      <dl className="grid grid-cols-[auto_1fr] gap-x-5 gap-y-2.5 text-body">
        {facts.map(([label, value]) => (
          <div key={label} className="contents">
            <dt className="text-text-3">{label}</dt>
            <dd className="min-w-0 truncate">{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

const row =
  "flex min-h-9 flex-wrap items-center gap-x-3 gap-y-1 border-line-soft border-t px-3.5 py-1.5 text-body first:border-t-0";

export function VersionsCard({ module }: { module: InstalledModule }) {
  const { t, n } = useText();
  return (
    <Card
      flush
      icon={<Layers size={16} aria-hidden="true" />}
      title={t("modules.versions")}
      aside={n("modules.versions_count", module.versions.length)}
    >
      <ul>
        {module.versions.map((version) => (
          <li key={version.digest} className={row}>
            <span className="w-16 font-strong">{version.version}</span>
            <code className="min-w-0 flex-1 truncate font-mono text-text-3 text-xs" title={version.digest}>
              {version.digest}
            </code>
            {version.current && <Status tone="ok">{t("modules.version_current")}</Status>}
            {version.previous && <Status tone="off">{t("modules.version_previous")}</Status>}
          </li>
        ))}
      </ul>
    </Card>
  );
}

export function PermissionList({ module }: { module: InstalledModule }) {
  const { t, n } = useText();
  const permissions = module.permissions ?? [];
  if (permissions.length === 0) return null;
  return (
    <Card
      flush
      icon={<KeyRound size={16} aria-hidden="true" />}
      title={t("modules.permissions")}
      aside={n("modules.permissions_count", permissions.length)}
    >
      <ul>
        {permissions.map((permission) => (
          <li key={permission.id} className={row}>
            <span className="min-w-0 flex-1 basis-40 font-medium">{permission.label ?? permission.id}</span>
            <code className="min-w-0 flex-1 basis-40 truncate font-mono text-text-3 text-xs">
              {permission.id}
            </code>
            <Status tone={riskTone[permission.risk]} className="w-24">
              {t(`risk.${permission.risk}`)}
            </Status>
          </li>
        ))}
      </ul>
    </Card>
  );
}

export function LogCard({ log }: { log: Operation[] }) {
  const { t, n } = useText();
  return (
    <Card
      flush
      icon={<History size={16} aria-hidden="true" />}
      title={t("modules.log")}
      aside={n("modules.log_count", log.length)}
    >
      {log.length === 0 && <p className="px-3.5 py-3 text-body text-text-3">{t("modules.log_empty")}</p>}
      {log.map((operation) => (
        <LogEntry key={operation.id} operation={operation} />
      ))}
    </Card>
  );
}

function LogEntry({ operation }: { operation: Operation }) {
  const { t, format } = useText();
  const by = nameOf(operation.started_by);
  const [open, setOpen] = useState(false);
  return (
    <details
      className="border-line-soft border-t first:border-t-0"
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary
        data-focus="inside"
        className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-1 px-3.5 py-1.5 text-body hover:bg-muted"
      >
        <Status tone={operationTone[operation.state]} className="min-w-28 font-medium">
          {t(`operation.${operation.kind}`)}
        </Status>
        <span className="text-sm text-text-2">{operation.version}</span>
        <span className="text-text-3 text-xs">{t(`operation.state.${operation.state}`)}</span>
        <span className="ml-auto text-text-3 text-xs">
          {[by, format.dateTime(operation.started_at)].filter(Boolean).join(", ")}
        </span>
      </summary>
      {open && (
        <div className="grid gap-3 bg-subtle px-5 py-4">
          <OperationStages operation={operation} />
        </div>
      )}
    </details>
  );
}
