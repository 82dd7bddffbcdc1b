import { Status } from "@opsflux/ui";
import type { InstalledModule } from "../../../shared/api/modules";
import { useText } from "../../../shared/i18n/text";
import { stateTone } from "./labels";

/** Whether a module works: one that is active and could not be loaded does not. */
export function ModuleStatus({ module, badge }: { module: InstalledModule; badge?: boolean }) {
  const { t } = useText();
  return (
    <Status badge={badge} tone={module.problem ? "danger" : stateTone[module.state]}>
      {t(module.problem ? "module.state.failed" : `module.state.${module.state}`)}
    </Status>
  );
}
