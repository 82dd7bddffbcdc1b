import { Button, Card } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { Download, History } from "lucide-react";
import { useState } from "react";
import { useParams } from "react-router";
import { mayChangeSettings, useApp } from "../../../shared/api/app";
import { keepFile } from "../../../shared/api/export";
import { requestFile } from "../../../shared/api/request";
import { useText } from "../../../shared/i18n/text";
import { PageBody, PageHead, useCrumbs } from "../../../shared/ui/page";
import { SettingsForm } from "../../../shared/ui/settings/settings_form";
import { RowSkeletons, Waiting } from "../../../shared/ui/skeleton";
import { errorText, Failure } from "../../../shared/ui/states";
import { say, sayError } from "../../../shared/ui/toast";
import {
  allSettingsQuery,
  categoriesOf,
  exportAddress,
  type SettingCategory,
  settingsAddress,
} from "../api/all_settings";
import { Categories } from "./categories";
import { HistoryDialog } from "./history_dialog";
import { ImportSettings } from "./import_settings";
import { TestSms } from "./test_sms";

/** All that administrators set while the server runs: the server's own settings and those of modules. */
export function SettingsPage() {
  const { t } = useText();
  const { user } = useApp();
  const query = useQuery(allSettingsQuery);
  useCrumbs([{ label: t("nav.group.system") }, { label: t("settings.title") }]);
  return (
    <PageBody>
      <PageHead
        title={t("settings.title")}
        subtitle={t("settings.subtitle")}
        actions={
          mayChangeSettings(user) && (
            <>
              <ImportSettings />
              <ExportSettings />
            </>
          )
        }
      />
      <div className="px-6 pb-8 touch:px-3">
        {query.data ? (
          <Chosen categories={categoriesOf(query.data)} />
        ) : query.error ? (
          <Failure error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <Waiting what={t("settings.title")}>
            <RowSkeletons rows={6} />
          </Waiting>
        )}
      </div>
    </PageBody>
  );
}

function Chosen({ categories }: { categories: SettingCategory[] }) {
  const { category: id } = useParams();
  const chosen = categories.find((category) => category.id === id) ?? categories[0];
  if (!chosen) return null;
  return (
    <div className="grid grid-cols-[14rem_minmax(0,1fr)] items-start gap-6 max-lg:grid-cols-[minmax(0,1fr)] max-lg:gap-4">
      <Categories categories={categories} chosen={chosen} />
      <CategoryCard key={chosen.id} category={chosen} />
    </div>
  );
}

function CategoryCard({ category }: { category: SettingCategory }) {
  const { t } = useText();
  const { user } = useApp();
  const [history, setHistory] = useState(false);
  const { group, settings, label } = category;
  return (
    <Card
      flush
      // Clipped without becoming what scrolls, so that the foot may stick to the page's edge.
      className="overflow-clip!"
      title={label}
      aside={
        <>
          {category.id === "identity.second_factor" && mayChangeSettings(user) && <TestSms />}
          <Button
            kind="quiet"
            icon={<History size={16} aria-hidden="true" />}
            onClick={() => setHistory(true)}
          >
            {t("settings.history")}
          </Button>
        </>
      }
    >
      <SettingsForm
        module={{ id: group.module, name: label }}
        settings={settings}
        address={settingsAddress(group.module)}
        readOnly={!mayChangeSettings(user)}
      />
      {history && <HistoryDialog category={category} onClose={() => setHistory(false)} />}
    </Card>
  );
}

function ExportSettings() {
  const text = useText();
  const { t } = text;
  const [busy, setBusy] = useState(false);
  const take = async () => {
    setBusy(true);
    try {
      const name = "opsflux-settings.json";
      keepFile(await requestFile(exportAddress), name);
      say(t("export.done", { file: name }));
    } catch (error) {
      sayError(errorText(text, error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button busy={busy} icon={<Download size={16} aria-hidden="true" />} onClick={() => void take()}>
      {t("export.title")}
    </Button>
  );
}
