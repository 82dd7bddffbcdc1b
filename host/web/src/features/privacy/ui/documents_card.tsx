import { Button, Card, Status } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { FileText } from "lucide-react";
import { useState } from "react";
import { documentsQuery, type PrivacyDocument, useAnswer } from "../../../shared/api/privacy";
import { useText } from "../../../shared/i18n/text";
import { Markdown } from "../../../shared/ui/markdown";
import { Dialog } from "../../../shared/ui/overlay";
import { errorText } from "../../../shared/ui/states";
import { say, sayError } from "../../../shared/ui/toast";

const tones = { given: "ok", refused: "off", open: "info" } as const;

export function DocumentsCard() {
  const { t } = useText();
  const documents = useQuery(documentsQuery).data ?? [];
  return (
    <Card icon={<FileText size={16} aria-hidden="true" />} title={t("privacy.documents")}>
      {documents.length === 0 ? (
        <p className="text-body text-text-2">{t("privacy.documents_none")}</p>
      ) : (
        <ul aria-label={t("privacy.documents")}>
          {documents.map((document) => (
            <DocumentRow key={document.kind} document={document} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function DocumentRow({ document }: { document: PrivacyDocument }) {
  const { t, format } = useText();
  const [open, setOpen] = useState(false);
  return (
    <li className="flex min-h-11 flex-wrap items-center gap-3 border-line-soft border-t py-2 text-body first:border-t-0">
      <span className="min-w-0 flex-1 basis-48">
        <span className="block font-medium break-words">{document.title}</span>
        <span className="text-text-3 text-xs">
          {t("privacy.version_since", {
            version: String(document.version),
            date: format.date(document.effective_at),
          })}
        </span>
      </span>
      <Status tone={tones[document.state]}>{t(`privacy.state.${document.state}`)}</Status>
      <Button onClick={() => setOpen(true)} aria-label={t("privacy.read_of", { title: document.title })}>
        {t("privacy.read")}
      </Button>
      {open && <DocumentDialog document={document} onClose={() => setOpen(false)} />}
    </li>
  );
}

function DocumentDialog({ document, onClose }: { document: PrivacyDocument; onClose: () => void }) {
  const text = useText();
  const { t } = text;
  const answer = useAnswer();
  const give = (given: boolean) =>
    answer.mutate(
      { document, given },
      {
        onSuccess: () => {
          say(t(given ? "privacy.accepted" : "privacy.withdrawn", { title: document.title }));
          onClose();
        },
        onError: (error) => sayError(errorText(text, error)),
      },
    );
  const given = document.state === "given";
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={document.title}
      foot={
        <>
          <Button onClick={onClose}>{t("action.close")}</Button>
          {!document.required && (
            <Button
              kind={given ? "secondary" : "primary"}
              busy={answer.isPending}
              onClick={() => give(!given)}
            >
              {t(given ? "privacy.withdraw" : "privacy.accept")}
            </Button>
          )}
        </>
      }
    >
      <Markdown>{document.body}</Markdown>
    </Dialog>
  );
}
