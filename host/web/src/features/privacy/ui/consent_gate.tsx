import { Button } from "@opsflux/ui";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { LogOut } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import { useNavigate } from "react-router";
import { documentsQuery, type PrivacyDocument, useAnswer } from "../../../shared/api/privacy";
import { onConsentNeeded } from "../../../shared/api/request";
import { forgetSession, logOut } from "../../../shared/api/session";
import { useText } from "../../../shared/i18n/text";
import { FormAlert } from "../../../shared/ui/form_alert";
import { Logo } from "../../../shared/ui/logo";
import { Markdown } from "../../../shared/ui/markdown";
import { PageSkeleton, Waiting } from "../../../shared/ui/skeleton";
import { errorText } from "../../../shared/ui/states";

/** Nothing of the application before the required documents were accepted. */
export function ConsentGate({ children }: { children: ReactNode }) {
  const { t } = useText();
  const client = useQueryClient();
  const documents = useQuery(documentsQuery);
  useEffect(
    () => onConsentNeeded(() => void client.invalidateQueries({ queryKey: documentsQuery.queryKey })),
    [client],
  );
  if (documents.isPending)
    return (
      <Waiting what={t("state.application")}>
        <PageSkeleton />
      </Waiting>
    );
  const pending = documents.data?.filter((document) => document.pending) ?? [];
  return pending.length === 0 ? children : <ConsentPage pending={pending} />;
}

function ConsentPage({ pending }: { pending: PrivacyDocument[] }) {
  const { t } = useText();
  useEffect(() => {
    document.title = `${t("privacy.consent_title")} · OpsFlux`;
  }, [t]);
  return (
    <main className="grid h-full content-start justify-items-center gap-6 overflow-y-auto bg-canvas px-4 pt-[8dvh] pb-8 touch:pt-6">
      <div className="flex items-center gap-2.5">
        <Logo size={28} />
        <span className="font-strong text-xl tracking-title">OpsFlux</span>
      </div>
      <div className="grid w-full max-w-2xl gap-4">
        <div>
          <h1 className="font-strong text-xl leading-tight tracking-title">{t("privacy.consent_title")}</h1>
          <p className="mt-2 text-body text-text-2 leading-read">{t("privacy.consent_help")}</p>
        </div>
        {pending.map((document) => (
          <PendingDocument key={document.kind} document={document} last={pending.length === 1} />
        ))}
        <LeaveButton />
      </div>
    </main>
  );
}

/** After the last one everything is read anew, the live channel with it. */
function PendingDocument({ document, last }: { document: PrivacyDocument; last: boolean }) {
  const text = useText();
  const { t, format } = text;
  const answer = useAnswer();
  const accept = () =>
    answer.mutate({ document, given: true }, { onSuccess: () => last && window.location.reload() });
  return (
    <article className="grid gap-3 rounded-sheet border border-line bg-surface p-5 shadow-e1">
      <header>
        <h2 className="font-strong text-lg leading-tight">{document.title}</h2>
        <p className="mt-1 text-sm text-text-3">
          {t("privacy.version_since", {
            version: String(document.version),
            date: format.date(document.effective_at),
          })}
        </p>
      </header>
      <section
        aria-label={document.title}
        tabIndex={0}
        className="max-h-[45dvh] overflow-y-auto rounded-control border border-line-soft bg-canvas px-4 py-3 text-body"
      >
        <Markdown>{document.body}</Markdown>
      </section>
      {answer.error && <FormAlert>{errorText(text, answer.error)}</FormAlert>}
      <div className="flex justify-end">
        <Button kind="primary" busy={answer.isPending} onClick={accept}>
          {t("privacy.accept")}
        </Button>
      </div>
    </article>
  );
}

function LeaveButton() {
  const { t } = useText();
  const client = useQueryClient();
  const navigate = useNavigate();
  const leave = () =>
    void logOut()
      .catch(() => undefined)
      .then(async () => {
        await navigate("/login", { replace: true });
        forgetSession(client);
      });
  return (
    <div className="flex justify-center">
      <Button kind="quiet" icon={<LogOut size={16} aria-hidden="true" />} onClick={leave}>
        {t("account.log_out")}
      </Button>
    </div>
  );
}
