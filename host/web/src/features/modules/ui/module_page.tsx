import { Button, Card, Status, Tag } from "@opsflux/ui";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Ellipsis, History, KeyRound, Layers, Power, Trash2, Undo2 } from "lucide-react";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { isStatus } from "../../../shared/api/api_error";
import {
  type InstalledModule,
  type ModuleAction,
  moduleKeys,
  moduleQuery,
  type Operation,
  operationQuery,
  runAction,
} from "../../../shared/api/modules";
import { useText } from "../../../shared/i18n/text";
import { FormAlert } from "../../../shared/ui/form_alert";
import { Icon } from "../../../shared/ui/icon";
import { IconButton, Menu, MenuItem } from "../../../shared/ui/overlay";
import { IconTile, PageBody, PageHead, useCrumbs } from "../../../shared/ui/page";
import { PageSkeleton, Waiting } from "../../../shared/ui/skeleton";
import { errorText, Failure } from "../../../shared/ui/states";
import { sayError } from "../../../shared/ui/toast";
import { useOperation } from "../api/operation";
import { nameOf, operationTone, riskTone, shortKey, stateTone, trustTone } from "./labels";
import { OperationStages } from "./stages";
import { UninstallDialog } from "./uninstall_dialog";

export function ModulePage() {
  const { t } = useText();
  const { id = "" } = useParams();
  const [operationId, setOperationId] = useState<string>();
  const operation = useOperation(operationId);
  const gone = operation?.kind === "uninstall";
  const module = useQuery({ ...moduleQuery(id), enabled: !gone });
  useCrumbs([
    { label: t("nav.group.system") },
    { label: t("nav.modules"), to: "/system/modules" },
    { label: module.data?.name ?? id },
  ]);
  if (module.isPending)
    return (
      <Waiting what={t("modules.module")}>
        <PageSkeleton />
      </Waiting>
    );
  if (!module.data)
    return (
      <Failure
        page
        error={module.error}
        title={isStatus(module.error, 404) ? t("modules.not_installed") : undefined}
        onRetry={() => void module.refetch()}
      />
    );
  return (
    <PageBody>
      <ModuleHead module={module.data} busy={operation?.state === "running"} onStarted={setOperationId} />
      {module.data.problem && (
        <div className="px-6 pb-4 touch:px-3">
          <FormAlert>
            <strong>{t("module.not_running")}</strong> {module.data.problem.detail}
          </FormAlert>
        </div>
      )}
      <div className="grid grid-cols-[minmax(0,1fr)_22rem] items-start gap-6 border-line border-t px-6 py-5 narrow:grid-cols-1 touch:px-3">
        <div className="grid gap-4 narrow:order-2">
          <VersionsCard module={module.data} />
          <PermissionList module={module.data} />
          <LogCard log={module.data.log ?? []} />
        </div>
        <div className="grid gap-4">
          {operation && (
            <div className="grid gap-3 rounded-card border border-line bg-subtle p-4">
              <OperationStages operation={operation} />
              {gone && operation.state === "done" && <BackButton />}
            </div>
          )}
          <FactsCard module={module.data} />
        </div>
      </div>
    </PageBody>
  );
}

function BackButton() {
  const { t } = useText();
  const navigate = useNavigate();
  return <Button onClick={() => void navigate("/system/modules")}>{t("plan.back")}</Button>;
}

interface ModuleHeadProps {
  module: InstalledModule;
  busy: boolean;
  onStarted: (operationId: string) => void;
}

function ModuleHead({ module, busy, onStarted }: ModuleHeadProps) {
  const text = useText();
  const { t } = text;
  const client = useQueryClient();
  const [removing, setRemoving] = useState(false);
  const started = (operation: Operation) => {
    client.setQueryData(operationQuery(operation.id).queryKey, operation);
    onStarted(operation.id);
    void client.invalidateQueries({ queryKey: moduleKeys.one(module.id) });
  };
  const run = useMutation({
    mutationFn: (action: ModuleAction) => runAction(module.id, action),
    onSuccess: started,
    onError: (error) => sayError(errorText(text, error)),
  });
  const previous = module.versions.find((version) => version.previous);
  const locked = busy || run.isPending;
  const active = module.state === "active";
  return (
    <PageHead
      icon={
        <IconTile>
          <Icon name={module.icon ?? "package"} size={22} />
        </IconTile>
      }
      title={module.name}
      badges={
        <>
          <Status badge tone={stateTone[module.state]}>
            {t(`module.state.${module.state}`)}
          </Status>
          <Tag>{module.version}</Tag>
        </>
      }
      subtitle={module.description}
      actions={
        module.trust !== "core" && (
          <>
            {previous && (
              <Button
                icon={<Undo2 size={16} aria-hidden="true" />}
                disabled={locked}
                onClick={() => run.mutate("rollback")}
              >
                {t("module.roll_back", { version: previous.version })}
              </Button>
            )}
            <Button
              kind={active ? "secondary" : "primary"}
              icon={<Power size={16} aria-hidden="true" />}
              disabled={locked}
              onClick={() => run.mutate(active ? "deactivate" : "activate")}
            >
              {t(active ? "module.deactivate" : "module.activate")}
            </Button>
            <Menu
              trigger={
                <IconButton edged label={t("action.more")} disabled={locked}>
                  <Ellipsis size={16} aria-hidden="true" />
                </IconButton>
              }
            >
              <MenuItem
                danger
                icon={<Trash2 size={16} aria-hidden="true" />}
                onSelect={() => setRemoving(true)}
              >
                {t("module.uninstall")}
              </MenuItem>
            </Menu>
            {removing && (
              <UninstallDialog module={module} onClose={() => setRemoving(false)} onStarted={started} />
            )}
          </>
        )
      }
    />
  );
}

function FactsCard({ module }: { module: InstalledModule }) {
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

function VersionsCard({ module }: { module: InstalledModule }) {
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

function PermissionList({ module }: { module: InstalledModule }) {
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

function LogCard({ log }: { log: Operation[] }) {
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
