import { classNames, StatusShape } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { type Explained, explainQuery, type Reason } from "../../api/rights";
import { type Text, useText } from "../../i18n/text";
import { RowSkeletons, Waiting } from "../skeleton";
import { Failure } from "../states";
import { roleName, scopeText } from "./scope_text";

export interface WhyProps {
  person: string;
  permission: string;
  record?: string;
}

/** Why somebody may do something: by which role, group and decision; where he may not, what would be needed. */
export function Why({ person, permission, record }: WhyProps) {
  const { t } = useText();
  const query = useQuery(explainQuery(person, permission, record));
  if (query.data) return <Answer answer={query.data} />;
  if (query.error)
    return <Failure error={query.error} className="px-0! py-2!" onRetry={() => void query.refetch()} />;
  return (
    <Waiting what={t("why.title")}>
      <RowSkeletons rows={2} />
    </Waiting>
  );
}

function Answer({ answer }: { answer: Explained }) {
  const text = useText();
  const { t } = text;
  const { record, scope, reasons, would } = answer;
  const may = scope !== null && record?.covered !== false;
  return (
    <div className="grid gap-3" role="status">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <StatusShape tone={may ? "ok" : "off"} />
        <strong className="font-strong">{verdict(text, answer)}</strong>
        {answer.text && <code className="font-mono text-text-3 text-xs wrap-anywhere">{answer.text}</code>}
      </div>
      {record && <p className="text-body text-text-2">{aboutRecord(text, answer)}</p>}
      {!answer.user.active && <p className="text-body text-text-2">{t("why.inactive")}</p>}
      {reasons.length > 0 && (
        <ul className="grid gap-2" aria-label={t("why.reasons")}>
          {reasons.map((reason, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a reason has no other name
            <ReasonCard key={i} reason={reason} />
          ))}
        </ul>
      )}
      {!may && would.length > 0 && (
        <div className="text-body">
          <p className="text-text-2">{t("why.would")}</p>
          <ul className="mt-1 flex flex-wrap gap-x-3 gap-y-1">
            {would.map((role) => (
              <li key={role.id}>
                {roleName(role)} <span className="text-text-3">({scopeText(text, role.scope)})</span>
              </li>
            ))}
          </ul>
          <p className="mt-1 text-text-3 text-sm">{t("why.who_gives")}</p>
        </div>
      )}
    </div>
  );
}

function verdict(text: Text, { scope, record, permission }: Explained): string {
  const { t } = text;
  if (scope === null) return t("why.no", { right: permission.label });
  if (record?.covered === false) return t("why.not_this", { right: permission.label });
  if (record) return t("why.this", { right: permission.label });
  return t("why.yes", { right: permission.label, scope: scopeText(text, scope) });
}

function aboutRecord(text: Text, { record, scope }: Explained): string {
  if (!record) return "";
  const who = record.creator_name ?? text.t("why.nobody_known");
  if (!record.covered)
    return scope === null ? "" : text.t("why.not_covered", { scope: scopeText(text, scope), who });
  switch (record.by) {
    case "own":
      return text.t("why.covered_own");
    case "scope":
      return text.t("why.covered_scope", { scope: scopeText(text, scope) });
    case "share":
      return text.t("why.covered_share");
    case "whole":
      return text.t("why.covered_whole");
    default:
      return text.t("why.covered_all");
  }
}

function ReasonCard({ reason }: { reason: Reason }) {
  const text = useText();
  const { t } = text;
  const [held] = reason.roles;
  return (
    <li
      className={classNames(
        "rounded-control border px-3 py-2 text-body",
        reason.wins ? "border-accent-line bg-accent-soft" : "border-line",
      )}
    >
      <p className="flex flex-wrap items-baseline gap-x-2">
        <span className="font-medium">{held && holder(text, reason, roleName(held))}</span>
        <span className="ml-auto text-text-2 text-sm">{scopeText(text, reason.scope)}</span>
      </p>
      {reason.member_of && (
        <p className="text-text-2">{t("why.member_of", { group: reason.member_of.name })}</p>
      )}
      {reason.roles.length > 1 && (
        <p className="text-text-2">{t("why.inherits", { roles: reason.roles.map(roleName).join(" › ") })}</p>
      )}
      <p className="text-text-2">{grantText(text, reason)}</p>
      {reason.narrowed_from && (
        <p className="text-text-2">
          {t("why.narrowed", {
            from: scopeText(text, reason.narrowed_from),
            to: scopeText(text, reason.scope),
          })}
        </p>
      )}
    </li>
  );
}

function holder({ t }: Text, reason: Reason, role: string): string {
  if (reason.company) return t("why.by_company", { company: reason.company.name, role });
  return reason.group ? t("why.by_group", { group: reason.group.name, role }) : t("why.by_role", { role });
}

function grantText(text: Text, { grant, set_by: by }: Reason): string {
  const { t, format } = text;
  if (grant === "everything") return t("why.everything");
  if (grant === "default") return t("why.by_module");
  if (!by) return t("why.decided");
  if (!by.name) return t("why.decided_at", { at: format.dateTime(by.at) });
  return t("why.decided_by", { name: by.name, at: format.dateTime(by.at) });
}
