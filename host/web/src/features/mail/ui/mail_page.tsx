import { Button } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { Mail, Send, Server } from "lucide-react";
import { useState } from "react";
import { useText } from "../../../shared/i18n/text";
import { useAddress } from "../../../shared/ui/address";
import { PageBody, PageHead, useCrumbs } from "../../../shared/ui/page";
import { PageSteps } from "../../../shared/ui/page_steps";
import { RowSkeletons, Waiting } from "../../../shared/ui/skeleton";
import { Failure, Notice } from "../../../shared/ui/states";
import { type MailAsk, type MailList, type MailState, mailQuery, mailStates } from "../api/mail";
import { MailRow } from "./mail_row";
import { ServerDialog } from "./server_dialog";
import { TestDialog } from "./test_dialog";

/** The mail that goes out: what waits, what was sent, what could not be. */
export function MailPage() {
  const { t } = useText();
  const [open, setOpen] = useState<"server" | "test" | null>(null);
  const [address, change] = useAddress();
  const ask: MailAsk = {
    state: mailStates.find((state) => state === address.get("state")) ?? "",
    page: Math.max(1, Number(address.get("page")) || 1),
  };
  const query = useQuery(mailQuery(ask));
  useCrumbs([{ label: t("nav.group.system") }, { label: t("mail.title") }]);
  const close = (shown: boolean) => !shown && setOpen(null);
  return (
    <PageBody>
      <PageHead
        title={t("mail.title")}
        subtitle={t("mail.subtitle")}
        actions={
          <>
            <Button icon={<Server size={16} aria-hidden="true" />} onClick={() => setOpen("server")}>
              {t("mail.server")}
            </Button>
            <Button icon={<Send size={16} aria-hidden="true" />} onClick={() => setOpen("test")}>
              {t("mail.test")}
            </Button>
          </>
        }
      />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4 px-6 pb-8 touch:px-3">
        {query.data && <ServerState meta={query.data.meta} />}
        <StateChoice
          chosen={ask.state}
          meta={query.data?.meta}
          onChoose={(state) =>
            change((search) => {
              search.delete("page");
              if (state) search.set("state", state);
              else search.delete("state");
            })
          }
        />
        <Messages query={query} onPage={(page) => change((search) => search.set("page", String(page)))} />
      </div>
      <ServerDialog open={open === "server"} onOpenChange={close} />
      <TestDialog open={open === "test"} onOpenChange={close} />
    </PageBody>
  );
}

function ServerState({ meta }: { meta: MailList["meta"] }) {
  const { t } = useText();
  if (meta.problem)
    return (
      <div role="status" className="rounded-card border border-line bg-surface px-4 py-3 text-body">
        <p className="font-medium">{meta.server ?? t("mail.server_none")}</p>
        <p className="text-text-2">{meta.problem}</p>
      </div>
    );
  return <p className="text-sm text-text-2">{t("mail.server_now", { server: meta.server ?? "" })}</p>;
}

interface StateChoiceProps {
  chosen: MailState | "";
  meta: MailList["meta"] | undefined;
  onChoose: (state: MailState | "") => void;
}

function StateChoice({ chosen, meta, onChoose }: StateChoiceProps) {
  const { t, format } = useText();
  return (
    <label className="flex flex-wrap items-center gap-2 text-body">
      <span className="text-text-2">{t("mail.state")}</span>
      <select
        className="control w-60! max-w-full"
        value={chosen}
        onChange={(event) => onChoose(mailStates.find((state) => state === event.target.value) ?? "")}
      >
        <option value="">{t("list.all")}</option>
        {mailStates.map((state) => (
          <option key={state} value={state}>
            {t(`mail.state.${state}`)}
            {meta && meta[state] > 0 && ` (${format.number(meta[state])})`}
          </option>
        ))}
      </select>
    </label>
  );
}

interface MessagesProps {
  query: ReturnType<typeof useQuery<MailList>>;
  onPage: (page: number) => void;
}

function Messages({ query, onPage }: MessagesProps) {
  const { t } = useText();
  if (query.isPending)
    return (
      <Waiting what={t("mail.title")}>
        <RowSkeletons rows={4} />
      </Waiting>
    );
  if (query.error && !query.data) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  const list = query.data;
  if (!list) return null;
  if (list.data.length === 0)
    return (
      <div className="rounded-card border border-line bg-surface">
        <Notice icon={<Mail size={20} aria-hidden="true" />} title={t("mail.none")}>
          {t("mail.none_help")}
        </Notice>
      </div>
    );
  return (
    <>
      <ul aria-label={t("mail.title")} className="rounded-card border border-line bg-surface">
        {list.data.map((message) => (
          <MailRow key={message.id} message={message} />
        ))}
      </ul>
      <PageSteps count="mail.count" meta={list.meta} onPage={onPage} />
    </>
  );
}
