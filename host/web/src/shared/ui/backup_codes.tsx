import { Button } from "@opsflux/ui";
import { Copy, Download } from "lucide-react";
import { useText } from "../i18n/text";
import { say } from "./toast";

function download(name: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** They are shown once; nobody can show them again. */
export function BackupCodes({ codes }: { codes: string[] }) {
  const { t } = useText();
  const text = `${codes.join("\n")}\n`;
  return (
    <div className="grid gap-4">
      <p className="text-body text-text-2 leading-read">{t("factor.codes_help")}</p>
      <ul
        aria-label={t("factor.codes")}
        className="grid grid-cols-2 gap-x-6 gap-y-1.5 rounded-card border border-line bg-subtle px-4 py-3 font-mono text-body"
      >
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-2">
        <Button
          icon={<Download size={16} aria-hidden="true" />}
          onClick={() => download("opsflux-codes.txt", text)}
        >
          {t("factor.codes_download")}
        </Button>
        <Button
          icon={<Copy size={16} aria-hidden="true" />}
          onClick={() => void navigator.clipboard?.writeText(text).then(() => say(t("factor.codes_copied")))}
        >
          {t("factor.codes_copy")}
        </Button>
      </div>
    </div>
  );
}
