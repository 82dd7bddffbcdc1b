import { Button, Tag } from "@opsflux/ui";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Ellipsis, Power, Trash2, Undo2 } from "lucide-react";
import { useState } from "react";
import {
  type InstalledModule,
  type ModuleAction,
  moduleKeys,
  type Operation,
  operationQuery,
  runAction,
} from "../../../shared/api/modules";
import { useText } from "../../../shared/i18n/text";
import { Icon } from "../../../shared/ui/icon";
import { IconButton, Menu, MenuItem } from "../../../shared/ui/overlay";
import { IconTile, PageHead } from "../../../shared/ui/page";
import { errorText } from "../../../shared/ui/states";
import { sayError } from "../../../shared/ui/toast";
import { ModuleStatus } from "./module_status";
import { UninstallDialog } from "./uninstall_dialog";

export interface ModuleHeadProps {
  module: InstalledModule;
  busy: boolean;
  onStarted: (operationId: string) => void;
}

export function ModuleHead(props: ModuleHeadProps) {
  const { module } = props;
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
          <ModuleStatus badge module={module} />
          <Tag>{module.version}</Tag>
        </>
      }
      subtitle={module.description}
      actions={module.trust !== "core" && <ModuleActions {...props} />}
    />
  );
}

function ModuleActions({ module, busy, onStarted }: ModuleHeadProps) {
  const text = useText();
  const { t } = text;
  const client = useQueryClient();
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
      <MoreActions module={module} locked={locked} onStarted={started} />
    </>
  );
}

interface MoreActionsProps {
  module: InstalledModule;
  locked: boolean;
  onStarted: (operation: Operation) => void;
}

function MoreActions({ module, locked, onStarted }: MoreActionsProps) {
  const { t } = useText();
  const [removing, setRemoving] = useState(false);
  return (
    <>
      <Menu
        trigger={
          <IconButton edged label={t("action.more")} disabled={locked}>
            <Ellipsis size={16} aria-hidden="true" />
          </IconButton>
        }
      >
        <MenuItem danger icon={<Trash2 size={16} aria-hidden="true" />} onSelect={() => setRemoving(true)}>
          {t("module.uninstall")}
        </MenuItem>
      </Menu>
      {removing && (
        <UninstallDialog module={module} onClose={() => setRemoving(false)} onStarted={onStarted} />
      )}
    </>
  );
}
