import { Button } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { Undo2 } from "lucide-react";
import { mayChangeSettings, useApp } from "../../../shared/api/app";
import type { Json } from "../../../shared/api/settings";
import type { Text } from "../../../shared/i18n/text";
import { useText } from "../../../shared/i18n/text";
import { Dialog } from "../../../shared/ui/overlay";
import { RowSkeletons, Waiting } from "../../../shared/ui/skeleton";
import { errorText, Failure } from "../../../shared/ui/states";
import { say, sayError } from "../../../shared/ui/toast";
import { historyQuery, type SettingCategory, type SettingChange, useUndo } from "../api/all_settings";

export interface HistoryDialogProps {
  category: SettingCategory;
  onClose: () => void;
}

/** Who changed what, the newest first; what nobody has changed since can be undone. */
export function HistoryDialog({ category, onClose }: HistoryDialogProps) {
  const { t } = useText();
  const query = useQuery(historyQuery(category.group.module));
  const keys = new Set(category.settings.map(({ key }) => key));
  const changes = query.data?.filter(({ key }) => keys.has(key));
  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={t("settings.history_of", { name: category.label })}
      foot={<Button onClick={onClose}>{t("action.close")}</Button>}
    >
      {changes ? (
        changes.length === 0 ? (
          <p className="py-4 text-body text-text-2">{t("settings.history_empty")}</p>
        ) : (
          <ul aria-label={t("settings.history")} className="divide-y divide-line-soft">
            {changes.map((change) => (
              <Change key={change.id} change={change} />
            ))}
          </ul>
        )
      ) : query.error ? (
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Waiting what={t("settings.history")}>
          <RowSkeletons rows={4} />
        </Waiting>
      )}
    </Dialog>
  );
}

function valueText({ t, format }: Text, value: Json): string {
  if (value === null) return t("settings.default_value");
  if (typeof value === "boolean") return t(value ? "value.yes" : "value.no");
  if (typeof value === "number") return format.number(value);
  if (typeof value === "string") return value === "***" ? "•••" : value || "–";
  return JSON.stringify(value);
}

function Change({ change }: { change: SettingChange }) {
  const text = useText();
  const { t, format } = text;
  const { user } = useApp();
  const undo = useUndo();
  const run = () =>
    undo.mutate(change, {
      onSuccess: () => say(t("settings.undone", { name: change.label })),
      onError: (error) => sayError(errorText(text, error)),
    });
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 py-3">
      <div className="min-w-0 flex-1 basis-60">
        <p className="font-medium text-body">{change.label}</p>
        <p className="wrap-anywhere text-body">
          {t("settings.from_to", {
            before: valueText(text, change.before),
            after: valueText(text, change.after),
          })}
        </p>
        <p className="text-text-3 text-xs">
          {change.by.name ?? t("activity.system")} · {format.dateTime(change.at)}
          {change.undone_by && ` · ${t("settings.was_undone")}`}
        </p>
      </div>
      {change.current && mayChangeSettings(user) && (
        <Button
          busy={undo.isPending}
          icon={<Undo2 size={16} aria-hidden="true" />}
          aria-label={t("settings.undo_of", { name: change.label })}
          onClick={run}
        >
          {t("action.undo")}
        </Button>
      )}
    </li>
  );
}
