import { useText } from "../../../shared/i18n/text";
import { ImportFile, readJsonFile } from "../../../shared/ui/import_file";
import { say } from "../../../shared/ui/toast";
import { type SettingFile, useImportSettings } from "../api/all_settings";

/** Takes settings over from another instance. */
export function ImportSettings() {
  const { t, n } = useText();
  const { mutateAsync } = useImportSettings();
  return (
    <ImportFile
      label={t("settings.import")}
      help={t("settings.import_help")}
      accept=".json"
      take={async (file) => mutateAsync((await readJsonFile(file, t("settings.not_json"))) as SettingFile)}
      onDone={({ count }) => say(n("settings.imported", count))}
    />
  );
}
