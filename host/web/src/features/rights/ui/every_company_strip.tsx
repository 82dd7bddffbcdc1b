import { Button } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { Eye } from "lucide-react";
import { useState } from "react";
import { isAdministrator, useApp } from "../../../shared/api/app";
import { everyCompanyQuery, type SeesEvery } from "../../../shared/api/rights";
import { useText } from "../../../shared/i18n/text";
import { Dialog } from "../../../shared/ui/overlay";
import { WhyStep } from "../../../shared/ui/rights/why_step";

/** On a company's page, for administrators: how many people no wall between companies keeps out. */
export function EveryCompanyStrip() {
  const { t, n } = useText();
  const { user } = useApp();
  const [open, setOpen] = useState(false);
  const { data } = useQuery({ ...everyCompanyQuery, enabled: isAdministrator(user) });
  if (!data || data.meta.total === 0) return null;
  return (
    <div className="mx-6 mb-2 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-control border border-line bg-subtle px-3 py-1.5 text-body touch:mx-4">
      <Eye size={16} className="shrink-0 text-text-3" aria-hidden="true" />
      <p className="min-w-0 flex-1 basis-44">{n("every.people", data.meta.total)}</p>
      <Button kind="quiet" onClick={() => setOpen(true)}>
        {t("every.who")}
      </Button>
      {open && <PeopleDialog people={data.data} total={data.meta.total} onClose={() => setOpen(false)} />}
    </div>
  );
}

interface PeopleDialogProps {
  people: SeesEvery[];
  total: number;
  onClose: () => void;
}

function PeopleDialog({ people, total, onClose }: PeopleDialogProps) {
  const { t, n } = useText();
  const [asked, setAsked] = useState<SeesEvery>();
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={asked ? asked.name : n("every.people", total)}
      description={asked ? undefined : t("every.help")}
      foot={<Button onClick={onClose}>{t("action.close")}</Button>}
    >
      <div className="grid min-h-48 content-start gap-2 py-1">
        {asked ? (
          <WhyStep
            person={asked.id}
            permission={asked.permission}
            back={t("every.back")}
            onBack={() => setAsked(undefined)}
          />
        ) : (
          <ul className="flex flex-wrap gap-1 text-body">
            {people.map((one) => (
              <li key={one.id}>
                <Button kind="quiet" onClick={() => setAsked(one)}>
                  {one.name}
                </Button>
              </li>
            ))}
            {total > people.length && (
              <li className="self-center text-text-3">{n("why.more_people", total - people.length)}</li>
            )}
          </ul>
        )}
      </div>
    </Dialog>
  );
}
