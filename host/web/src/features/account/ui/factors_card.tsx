import { Button, Card } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { ShieldCheck, Trash2 } from "lucide-react";
import { useState } from "react";
import { type Factor, type Factors, factorsQuery } from "../../../shared/api/factors";
import { useText } from "../../../shared/i18n/text";
import { IconButton } from "../../../shared/ui/overlay";
import { Bar, Waiting } from "../../../shared/ui/skeleton";
import { Failure } from "../../../shared/ui/states";
import { AddFactorDialog } from "./add_factor_dialog";
import { RemoveFactorDialog } from "./remove_factor_dialog";
import { ReplaceCodesDialog } from "./replace_codes_dialog";

/** Applications that show codes, where codes are sent, and the codes on paper. */
export function FactorsCard() {
  const { t } = useText();
  const query = useQuery(factorsQuery);
  const [adding, setAdding] = useState(false);
  return (
    <Card icon={<ShieldCheck size={16} aria-hidden="true" />} title={t("factor.title")}>
      {query.isPending && (
        <Waiting what={t("factor.title")}>
          <Bar className="w-48" />
        </Waiting>
      )}
      {query.error && !query.data && (
        <Failure error={query.error} onRetry={() => void query.refetch()} className="px-0 py-2" />
      )}
      {query.data && <Protection all={query.data} onAdd={() => setAdding(true)} />}
      {adding && query.data && <AddFactorDialog kinds={query.data.kinds} onClose={() => setAdding(false)} />}
    </Card>
  );
}

function Protection({ all, onAdd }: { all: Factors; onAdd: () => void }) {
  const { t } = useText();
  const none = all.factors.length === 0;
  return (
    <div className="grid gap-3">
      {none ? (
        <p className="text-body text-text-2 leading-read">{t("factor.none")}</p>
      ) : (
        <ul aria-label={t("factor.title")}>
          {all.factors.map((factor) => (
            <FactorRow key={factor.id} factor={factor} />
          ))}
        </ul>
      )}
      {all.required && <p className="text-sm text-text-2">{t("factor.required")}</p>}
      <div className="flex flex-wrap gap-2">
        {all.kinds.length > 0 && (
          <Button kind={none ? "primary" : undefined} onClick={onAdd}>
            {t("factor.add")}
          </Button>
        )}
      </div>
      {!none && <CodesLeft left={all.backup_codes} />}
    </div>
  );
}

function FactorRow({ factor }: { factor: Factor }) {
  const { t, format } = useText();
  const [removing, setRemoving] = useState(false);
  const kind = t(`factor.kind_${factor.kind}`);
  const name = factor.label || (factor.place ? `${kind} ${factor.place}` : kind);
  return (
    <li className="flex min-h-11 items-center gap-3 border-line-soft border-t text-body first:border-t-0">
      <span className="min-w-0 flex-1">
        <span className="font-medium">{name}</span>{" "}
        <span className="text-text-3 text-xs">
          {factor.last_used_at
            ? t("factor.last_used", { when: format.ago(factor.last_used_at) })
            : t("factor.added", { when: format.ago(factor.confirmed_at) })}
        </span>
      </span>
      <IconButton label={t("factor.remove_of", { name })} onClick={() => setRemoving(true)}>
        <Trash2 size={16} aria-hidden="true" />
      </IconButton>
      {removing && <RemoveFactorDialog id={factor.id} name={name} onClose={() => setRemoving(false)} />}
    </li>
  );
}

function CodesLeft({ left }: { left: number }) {
  const { t, n } = useText();
  const [open, setOpen] = useState(false);
  return (
    <div className="flex flex-wrap items-center gap-3 border-line-soft border-t pt-3">
      <p className="min-w-0 flex-1 basis-60 text-body text-text-2">{n("factor.codes_left", left)}</p>
      <Button onClick={() => setOpen(true)}>{t("factor.codes_replace")}</Button>
      {open && <ReplaceCodesDialog onClose={() => setOpen(false)} />}
    </div>
  );
}
