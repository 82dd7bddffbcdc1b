import { Button } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { MonitorSmartphone } from "lucide-react";
import { useText } from "../../../shared/i18n/text";
import { FormAlert } from "../../../shared/ui/form_alert";
import { RowSkeletons, Waiting } from "../../../shared/ui/skeleton";
import { errorText, Failure, Notice } from "../../../shared/ui/states";
import { say } from "../../../shared/ui/toast";
import { sessionsQuery, useEndSession } from "../api/sessions";
import { deviceText, SessionRow } from "./session_row";

/** The open sessions of the user, or one's own; each can be ended, and all but the own one at once. */
export function SessionList({ userId }: { userId?: string }) {
  const text = useText();
  const { t } = text;
  const query = useQuery(sessionsQuery(userId));
  const end = useEndSession(userId);
  if (query.isPending)
    return (
      <Waiting what={t("sessions.title")}>
        <RowSkeletons rows={3} />
      </Waiting>
    );
  if (query.error && !query.data) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  const sessions = query.data?.data ?? [];
  const others = sessions.filter((session) => !session.current).length;
  if (sessions.length === 0)
    return <Notice icon={<MonitorSmartphone size={20} aria-hidden="true" />} title={t("sessions.none")} />;
  return (
    <div className="grid gap-3">
      {end.error && <FormAlert>{errorText(text, end.error)}</FormAlert>}
      <ul aria-label={t("sessions.title")} className="rounded-card border border-line bg-surface">
        {sessions.map((session) => (
          <SessionRow
            key={session.id}
            session={session}
            busy={end.isPending && end.variables === session.id}
            onEnd={() =>
              end.mutate(session.id, {
                onSuccess: () => say(t("sessions.ended", { device: deviceText(text, session) })),
              })
            }
          />
        ))}
      </ul>
      {others > 0 && (
        <div>
          <Button
            kind="danger"
            busy={end.isPending && end.variables === undefined}
            onClick={() =>
              end.mutate(undefined, { onSuccess: () => say(text.n("sessions.ended_many", others)) })
            }
          >
            {text.n(userId ? "sessions.end_all" : "sessions.end_others", others)}
          </Button>
        </div>
      )}
    </div>
  );
}
