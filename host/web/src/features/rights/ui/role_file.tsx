import { Button, Status } from "@opsflux/ui";
import { Download } from "lucide-react";
import { useState } from "react";
import { keepFile } from "../../../shared/api/export";
import { requestFile } from "../../../shared/api/request";
import { useText } from "../../../shared/i18n/text";
import { ImportFile, readJsonFile } from "../../../shared/ui/import_file";
import { errorText } from "../../../shared/ui/states";
import { say, sayError } from "../../../shared/ui/toast";
import {
  type RoleFileReport,
  roleFileAddress,
  roleFileName,
  tryRoleFile,
  useImportRoles,
} from "../api/role_file";
import { plainWordText } from "./cell_text";

export function ExportRoles() {
  const text = useText();
  const [busy, setBusy] = useState(false);
  const take = async () => {
    setBusy(true);
    try {
      keepFile(await requestFile(roleFileAddress), roleFileName);
      say(text.t("export.done", { file: roleFileName }));
    } catch (error) {
      sayError(errorText(text, error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button busy={busy} icon={<Download size={16} aria-hidden="true" />} onClick={() => void take()}>
      {text.t("export.title")}
    </Button>
  );
}

const changing = (report: RoleFileReport) => report.roles.filter(({ action }) => action !== "same");

/** Roles of another instance: what they would change here is shown first. */
export function ImportRoles() {
  const { t, n } = useText();
  const { mutateAsync } = useImportRoles();
  const read = (file: File) => readJsonFile(file, t("settings.not_json"));
  return (
    <ImportFile
      wide
      label={t("rights.import")}
      help={t("rights.import_help")}
      accept=".json"
      preview={{
        ask: async (file) => tryRoleFile(await read(file)),
        show: (report) => <Report report={report} />,
        action: (report) => {
          const count = changing(report).length;
          return count > 0 ? n("rights.import_action", count) : undefined;
        },
      }}
      take={async (file) => mutateAsync(await read(file))}
      onDone={(report) => say(n("rights.imported", changing(report).length))}
    />
  );
}

function Report({ report }: { report: RoleFileReport }) {
  const { t, n } = useText();
  const changed = changing(report);
  const same = report.roles.length - changed.length;
  return (
    <div className="grid gap-4 py-1">
      {report.unknown.length > 0 && (
        <div className="rounded-control border border-warn-line bg-warn-soft px-3 py-2 text-body">
          <p>{n("rights.import_unknown", report.unknown.length)}</p>
          <p className="mt-1 font-mono text-xs wrap-anywhere">{report.unknown.join(", ")}</p>
        </div>
      )}
      {changed.length === 0 && <p className="text-body text-text-2">{t("rights.import_nothing")}</p>}
      {changed.map((role) => (
        <RoleChange key={role.key} role={role} />
      ))}
      {changed.length > 0 && same > 0 && (
        <p className="text-sm text-text-3">{n("rights.import_same", same)}</p>
      )}
    </div>
  );
}

function RoleChange({ role }: { role: RoleFileReport["roles"][number] }) {
  const text = useText();
  const { t } = text;
  const fields = role.action === "create" ? [] : role.fields;
  return (
    <section>
      <h3 className="flex flex-wrap items-baseline gap-x-2 font-strong text-body">
        {role.name}
        <code className="font-mono font-regular text-text-3 text-xs">{role.key}</code>
        <Status tone={role.action === "create" ? "ok" : "info"}>
          {t(role.action === "create" ? "rights.import_new" : "rights.import_changed")}
        </Status>
      </h3>
      {fields.length > 0 && (
        <p className="text-sm text-text-2">
          {fields.map((field) => text.s(`identity.entity.role.field.${field}.label`)).join(", ")}
        </p>
      )}
      <ul className="mt-1 grid gap-0.5 text-body">
        {role.rights.map((right) => (
          <li key={right.permission} className="wrap-anywhere">
            {right.label}{" "}
            <span className="text-text-3">
              {plainWordText(text, right.before)} → {plainWordText(text, right.after)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
