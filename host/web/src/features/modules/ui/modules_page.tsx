import { Button, Status } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { Blocks, ChevronRight, Plus } from "lucide-react";
import { useRef } from "react";
import { Link } from "react-router";
import { type InstalledModule, modulesQuery, operationsQuery } from "../../../shared/api/modules";
import { useText } from "../../../shared/i18n/text";
import { Icon } from "../../../shared/ui/icon";
import { IconTile, PageBody, PageHead, useCrumbs } from "../../../shared/ui/page";
import { RowSkeletons, Waiting } from "../../../shared/ui/skeleton";
import { Failure, Notice } from "../../../shared/ui/states";
import { nameOf, stageKey, trustTone } from "./labels";
import { ModuleStatus } from "./module_status";
import { UploadZone } from "./upload_zone";

export function ModulesPage() {
  const { t, n } = useText();
  const modules = useQuery(modulesQuery);
  const input = useRef<HTMLInputElement>(null);
  useCrumbs([{ label: t("nav.group.system") }, { label: t("nav.modules") }]);
  return (
    <PageBody>
      <PageHead
        title={t("nav.modules")}
        subtitle={modules.data && n("modules.count", modules.data.length)}
        actions={
          <Button
            kind="primary"
            icon={<Plus size={16} aria-hidden="true" />}
            onClick={() => input.current?.click()}
          >
            {t("modules.install")}
          </Button>
        }
      />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4 px-6 pb-8 touch:px-3">
        <UploadZone inputRef={input} />
        <RunningOperations />
        <ModuleList query={modules} />
      </div>
    </PageBody>
  );
}

function ModuleList({ query }: { query: ReturnType<typeof useQuery<InstalledModule[]>> }) {
  const { t } = useText();
  if (query.isPending)
    return (
      <Waiting what={t("nav.modules")}>
        <RowSkeletons rows={3} />
      </Waiting>
    );
  if (query.error && !query.data) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  const modules = query.data ?? [];
  if (modules.length === 0)
    return (
      <Notice icon={<Blocks size={20} aria-hidden="true" />} title={t("modules.empty")}>
        {t("modules.empty_help")}
      </Notice>
    );
  return (
    <div className="overflow-hidden rounded-card border border-line bg-surface">
      <table className="w-full text-body touch:block">
        <thead className="border-line border-b bg-subtle text-left text-text-3 text-xs touch:sr-only">
          <tr className="*:h-9 *:px-3 *:font-regular *:first:pl-4">
            <th scope="col">{t("modules.module")}</th>
            <th scope="col">{t("modules.version")}</th>
            <th scope="col">{t("modules.state")}</th>
            <th scope="col">{t("modules.trust")}</th>
            <th scope="col">{t("modules.installed_at")}</th>
            <th scope="col">
              <span className="sr-only">{t("action.open")}</span>
            </th>
          </tr>
        </thead>
        <tbody className="touch:block">
          {modules.map((module) => (
            <ModuleRow key={module.id} module={module} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ModuleRow({ module }: { module: InstalledModule }) {
  const { t, format } = useText();
  const publisher = nameOf(module.publisher);
  return (
    <tr className="relative border-line-soft border-t first:border-t-0 hover:bg-muted *:px-3 *:py-2 *:first:pl-4 touch:flex touch:flex-wrap touch:items-center touch:p-2">
      <td className="touch:min-w-0 touch:basis-full touch:pl-3!">
        <div className="flex items-center gap-3">
          <IconTile className="size-9!">
            <Icon name={module.icon ?? "package"} size={18} />
          </IconTile>
          <div className="min-w-0">
            <Link
              to={`/system/modules/${module.id}`}
              className="font-strong after:absolute after:inset-0 after:content-['']"
            >
              {module.name}
            </Link>
            {module.problem ? (
              <p className="line-clamp-2 max-w-96 text-danger-text text-xs">{module.problem.detail}</p>
            ) : (
              <p className="max-w-96 truncate text-text-3 text-xs">{module.description ?? publisher}</p>
            )}
          </div>
        </div>
      </td>
      <td>{module.version}</td>
      <td>
        <ModuleStatus module={module} />
      </td>
      <td>
        <Status tone={trustTone[module.trust]}>{t(`trust.${module.trust}`)}</Status>
      </td>
      <td className="text-text-2 touch:hidden">{format.ago(module.installed_at)}</td>
      <td className="w-8 text-text-3 touch:hidden">
        <ChevronRight size={16} aria-hidden="true" />
      </td>
    </tr>
  );
}

function RunningOperations() {
  const { t, s } = useText();
  const operations = useQuery(operationsQuery).data ?? [];
  const running = operations.filter((operation) => operation.state === "running");
  if (running.length === 0) return null;
  return (
    <ul className="grid gap-2">
      {running.map((operation) => {
        const key = stageKey(operation.stage ?? "");
        return (
          <li
            key={operation.id}
            className="flex items-center gap-3 rounded-card border border-info-line bg-info-soft px-4 py-2.5 text-body"
          >
            <Status tone="info" className="font-strong">
              {t("label.colon", { label: t(`operation.${operation.kind}`) })} {operation.module}
            </Status>
            <span className="text-text-2">{key ? t(key) : s(operation.stage ?? "")}</span>
            <Link
              to={`/system/modules/plans/${operation.digest ?? "-"}?operation=${operation.id}`}
              className="page-link ml-auto"
            >
              {t("operation.follow")}
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
