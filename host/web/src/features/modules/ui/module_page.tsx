import { Button } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { isStatus } from "../../../shared/api/api_error";
import { type InstalledModule, moduleQuery, type Operation } from "../../../shared/api/modules";
import { useText } from "../../../shared/i18n/text";
import { FormAlert } from "../../../shared/ui/form_alert";
import { PageBody, useCrumbs } from "../../../shared/ui/page";
import { PageSkeleton, Waiting } from "../../../shared/ui/skeleton";
import { Failure } from "../../../shared/ui/states";
import { useOperation } from "../api/operation";
import { FactsCard, LogCard, PermissionList, VersionsCard } from "./module_cards";
import { ModuleHead } from "./module_head";
import { SettingsCard } from "./settings_card";
import { OperationStages } from "./stages";

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
      <ModuleBody module={module.data} operation={operation} gone={gone} />
    </PageBody>
  );
}

interface ModuleBodyProps {
  module: InstalledModule;
  operation: Operation | undefined;
  gone: boolean;
}

function ModuleBody({ module, operation, gone }: ModuleBodyProps) {
  const { t } = useText();
  return (
    <>
      {module.problem && (
        <div className="px-6 pb-4 touch:px-3">
          <FormAlert>
            <strong>{t("module.not_running")}</strong> {module.problem.detail}
          </FormAlert>
        </div>
      )}
      <div className="grid grid-cols-[minmax(0,1fr)_22rem] items-start gap-6 border-line border-t px-6 py-5 narrow:grid-cols-1 touch:px-3">
        <div className="grid gap-4 narrow:order-2">
          {module.state === "active" && !module.problem && !gone && <SettingsCard module={module} />}
          <VersionsCard module={module} />
          <PermissionList module={module} />
          <LogCard log={module.log ?? []} />
        </div>
        <div className="grid gap-4">
          {operation && (
            <div className="grid gap-3 rounded-card border border-line bg-subtle p-4">
              <OperationStages operation={operation} />
              {gone && operation.state === "done" && <BackButton />}
            </div>
          )}
          <FactsCard module={module} />
        </div>
      </div>
    </>
  );
}

function BackButton() {
  const { t } = useText();
  const navigate = useNavigate();
  return <Button onClick={() => void navigate("/system/modules")}>{t("plan.back")}</Button>;
}
