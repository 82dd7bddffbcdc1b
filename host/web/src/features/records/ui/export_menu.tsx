import type { EntityDefinition } from "@opsflux/ui";
import { Download } from "lucide-react";
import { useState } from "react";
import { downloadExport, type ExportFormat, exportFormats } from "../../../shared/api/export";
import { useText } from "../../../shared/i18n/text";
import { IconButton, Menu, MenuItem } from "../../../shared/ui/overlay";
import { errorText } from "../../../shared/ui/states";
import { say, sayError } from "../../../shared/ui/toast";
import { useColumns } from "../api/columns";
import type { ListControl } from "../api/list_state";

/** A file of all that the list finds, not of its page only. */
export function ExportMenu({ entity, list }: { entity: EntityDefinition; list: ListControl }) {
  const text = useText();
  const { t } = text;
  const [busy, setBusy] = useState(false);
  const columns = useColumns(entity).shown.map((field) => field.name);
  const take = async (format: ExportFormat) => {
    setBusy(true);
    try {
      const file = await downloadExport(entity, list.query, format, text.language, columns);
      say(t("export.done", { file }));
    } catch (error) {
      sayError(errorText(text, error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Menu
      trigger={
        <IconButton edged disabled={busy} aria-busy={busy || undefined} label={t("export.title")}>
          <Download size={16} aria-hidden="true" />
        </IconButton>
      }
    >
      {exportFormats.map((format) => (
        <MenuItem key={format} onSelect={() => void take(format)}>
          {t(`export.${format}`)}
        </MenuItem>
      ))}
    </Menu>
  );
}
