import { Card } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { SlidersHorizontal } from "lucide-react";
import type { InstalledModule } from "../../../shared/api/modules";
import { settingsQuery } from "../../../shared/api/settings";
import { useText } from "../../../shared/i18n/text";
import { SettingsForm } from "../../../shared/ui/settings/settings_form";
import { Bar, Waiting } from "../../../shared/ui/skeleton";
import { Failure } from "../../../shared/ui/states";

/** What an administrator may set for a module; nothing for a module without settings. */
export function SettingsCard({ module }: { module: InstalledModule }) {
  const { t, n } = useText();
  const query = useQuery(settingsQuery(module.id));
  const settings = query.data;
  if (settings?.length === 0) return null;
  return (
    <Card
      flush
      // Clipped without becoming what scrolls, so that the foot may stick to the page's edge.
      className="overflow-clip!"
      icon={<SlidersHorizontal size={16} aria-hidden="true" />}
      title={t("settings.title")}
      aside={settings && n("plan.settings_count", settings.length)}
    >
      {settings ? (
        <SettingsForm module={module} settings={settings} />
      ) : query.error ? (
        <Failure error={query.error} className="p-3.5!" onRetry={() => void query.refetch()} />
      ) : (
        <div className="grid gap-3 p-3.5">
          <Waiting what={t("settings.title")}>
            <Bar className="w-40" />
            <Bar className="w-56" />
          </Waiting>
        </div>
      )}
    </Card>
  );
}
