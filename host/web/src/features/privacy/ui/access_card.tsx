import { Card } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { Eye } from "lucide-react";
import { useState } from "react";
import { type Access, accessActions, accessLogQuery } from "../../../shared/api/privacy";
import { useText } from "../../../shared/i18n/text";
import { PageSteps } from "../../../shared/ui/page_steps";

/** Who read or changed one's own record. */
export function AccessCard() {
  const { t } = useText();
  const [page, setPage] = useState(1);
  const log = useQuery(accessLogQuery(page)).data;
  return (
    <Card icon={<Eye size={16} aria-hidden="true" />} title={t("privacy.access")}>
      <p className="text-body text-text-2 leading-read">{t("privacy.access_help")}</p>
      {log && (
        <>
          <ul aria-label={t("privacy.access")} className="my-2">
            {log.data.map((access, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name and are never reordered
              <AccessRow key={`${access.at}-${index}`} access={access} />
            ))}
          </ul>
          <PageSteps count="privacy.access_count" meta={log.meta} onPage={setPage} />
        </>
      )}
    </Card>
  );
}

function AccessRow({ access }: { access: Access }) {
  const { t, find, format } = useText();
  const known = accessActions.find((action) => action === access.action);
  const who = access.mine ? t("privacy.access_me") : (access.by ?? t("privacy.access_server"));
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 border-line-soft border-t py-2 text-body first:border-t-0">
      <span className="font-medium">{who}</span>
      <span className="min-w-0 flex-1 break-words text-text-2">
        {known ? t(`privacy.action.${known}`) : access.action}
        {access.fields.length > 0 &&
          ` (${access.fields.map((field) => find(`identity.entity.user.field.${field}.label`) ?? field).join(", ")})`}
      </span>
      <time dateTime={access.at} className="text-sm text-text-3">
        {format.dateTime(access.at)}
      </time>
    </li>
  );
}
