import { Button, classNames } from "@opsflux/ui";
import { Download, ShieldCheck, SlidersHorizontal } from "lucide-react";
import { useState } from "react";
import { useApp } from "../../../shared/api/app";
import { useText } from "../../../shared/i18n/text";
import { Menu, MenuItem } from "../../../shared/ui/overlay";
import { download, type ExportFormat, type useVerify } from "../api/audit";
import { type AuditControl, type AuditTab, tabs } from "../api/audit_state";
import { LimitsDialog } from "./limits_dialog";

const formats: ExportFormat[] = ["csv", "json", "ndjson"];

export interface AuditActionsProps {
  state: AuditControl;
  verify: ReturnType<typeof useVerify>;
}

/** Check the chain, take what is shown away, decide when an alert is raised. */
export function AuditActions({ state, verify }: AuditActionsProps) {
  const { t } = useText();
  const [limits, setLimits] = useState(false);
  const mayConfigure = (useApp().user.permissions ?? []).includes("audit.configure");
  return (
    <>
      {mayConfigure && (
        <Button
          kind="quiet"
          icon={<SlidersHorizontal size={16} aria-hidden="true" />}
          onClick={() => setLimits(true)}
        >
          {t("audit.limits")}
        </Button>
      )}
      {state.tab !== "overview" && (
        <Menu trigger={<Button icon={<Download size={16} aria-hidden="true" />}>{t("audit.export")}</Button>}>
          {formats.map((format) => (
            <MenuItem key={format} onSelect={() => download(state.ask, format)}>
              {t(`audit.export.${format}`)}
            </MenuItem>
          ))}
        </Menu>
      )}
      <Button
        kind="primary"
        icon={<ShieldCheck size={16} aria-hidden="true" />}
        busy={verify.isPending}
        onClick={() => verify.mutate()}
      >
        {t("audit.verify")}
      </Button>
      <LimitsDialog open={limits} onOpenChange={setLimits} />
    </>
  );
}

export function AuditTabs({ state }: { state: AuditControl }) {
  const { t } = useText();
  return (
    <nav
      aria-label={t("list.views")}
      className="scroll-quiet flex shrink-0 scroll-px-4 gap-1 overflow-x-auto border-line border-b px-3 touch:gap-2.5 touch:border-0 touch:px-4 touch:py-2"
    >
      {tabs.map((tab) => (
        <Tab key={tab} tab={tab} state={state} />
      ))}
    </nav>
  );
}

function Tab({ tab, state }: { tab: AuditTab; state: AuditControl }) {
  const { t } = useText();
  const current = state.tab === tab;
  return (
    <button
      type="button"
      aria-pressed={current}
      data-focus="inside"
      onClick={() => state.set({ tab: tab === "all" ? undefined : tab })}
      className={classNames(
        "relative flex h-9 shrink-0 items-center px-2.5 text-sm whitespace-nowrap text-text-2 hover:text-text",
        "touch:h-11 touch:rounded-full touch:border touch:border-line touch:bg-surface touch:px-5 touch:text-lg touch:text-text",
        current && "font-strong text-text! touch:border-accent! touch:bg-accent! touch:text-on-accent!",
      )}
    >
      {t(`audit.tab.${tab}`)}
      {current && (
        <span
          aria-hidden="true"
          className="absolute inset-x-1 bottom-0 h-0.5 rounded-full bg-accent touch:hidden"
        />
      )}
    </button>
  );
}
