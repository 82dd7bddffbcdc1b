import { Button } from "@opsflux/ui";
import { Download } from "lucide-react";
import { useState } from "react";
import { keepFile } from "../../../shared/api/export";
import { requestFile } from "../../../shared/api/request";
import { type LanguageCode, languageNames } from "../../../shared/i18n/messages";
import { useText } from "../../../shared/i18n/text";
import { Menu, MenuItem } from "../../../shared/ui/overlay";
import { errorText } from "../../../shared/ui/states";
import { say, sayError } from "../../../shared/ui/toast";
import { exportAddress, type TextFileAsk } from "../api/texts";

const choices = [
  { format: "csv", changed: false },
  { format: "json", changed: false },
  { format: "csv", changed: true },
  { format: "json", changed: true },
] as const;

/** Files for translators, of the language that is chosen. */
export function TextExport({ language }: { language: LanguageCode }) {
  const text = useText();
  const { t } = text;
  const [busy, setBusy] = useState(false);
  const take = async (file: Omit<TextFileAsk, "language">) => {
    setBusy(true);
    try {
      const name = `texts-${language}.${file.format}`;
      keepFile(await requestFile(exportAddress({ language, ...file }, text.language)), name);
      say(t("export.done", { file: name }));
    } catch (error) {
      sayError(errorText(text, error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Menu
      trigger={
        <Button busy={busy} icon={<Download size={16} aria-hidden="true" />}>
          {t("export.title")}
        </Button>
      }
    >
      {choices.map((choice) => (
        <MenuItem key={`${choice.format}/${choice.changed}`} onSelect={() => void take(choice)}>
          {t(choice.changed ? "texts.export_changed" : "texts.export_all", {
            language: languageNames[language],
            format: choice.format.toUpperCase(),
          })}
        </MenuItem>
      ))}
    </Menu>
  );
}
