import { Button } from "@opsflux/ui";
import { useMutation } from "@tanstack/react-query";
import { Copy, Stamp, Undo2 } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { approvePlan, type Operation, type Plan } from "../../../shared/api/modules";
import { useText } from "../../../shared/i18n/text";
import { FormAlert } from "../../../shared/ui/form_alert";
import { IconButton } from "../../../shared/ui/overlay";
import { errorText } from "../../../shared/ui/states";
import { say } from "../../../shared/ui/toast";
import { digestEnd } from "./labels";

const retyped = 4;

export interface ApprovalPanelProps {
  plan: Plan;
  onStarted: (operation: Operation) => void;
}

export function ApprovalPanel({ plan, onStarted }: ApprovalPanelProps) {
  const text = useText();
  const { t } = text;
  const [accepted, setAccepted] = useState<string[]>([]);
  const [typed, setTyped] = useState("");
  const approve = useMutation({ mutationFn: () => approvePlan(plan.digest, accepted), onSuccess: onStarted });
  const allAccepted = plan.accept_required.every((id) => accepted.includes(id));
  const matches = typed.toLowerCase() === plan.digest.slice(-retyped).toLowerCase();
  const reason = !allAccepted ? t("plan.accept_first") : !matches ? t("plan.retype_first") : undefined;
  const reasonId = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!reason) approve.mutate();
  };
  const toggle = (id: string, on: boolean) =>
    setAccepted(on ? [...accepted, id] : accepted.filter((other) => other !== id));
  return (
    <form onSubmit={submit} className="grid shrink-0 gap-3 border-line border-t bg-surface px-5 py-4">
      <Reversible plan={plan} />
      <DigestLine digest={plan.digest} />
      {approve.error && <FormAlert>{errorText(text, approve.error)}</FormAlert>}
      {plan.accept_required.map((id) => (
        <label key={id} className="flex cursor-pointer gap-2.5 text-body">
          <input
            type="checkbox"
            className="tick mt-0.5"
            checked={accepted.includes(id)}
            onChange={(event) => toggle(id, event.target.checked)}
          />
          <span>
            {t("plan.accept", {
              what: plan.permissions.find((permission) => permission.id === id)?.label ?? id,
            })}
          </span>
        </label>
      ))}
      <RetypeInput value={typed} onChange={setTyped}>
        <Button
          type="submit"
          kind="primary"
          icon={<Stamp size={16} aria-hidden="true" />}
          className="h-9 flex-1"
          disabled={reason !== undefined}
          busy={approve.isPending}
          aria-describedby={reason ? reasonId : undefined}
        >
          {t("plan.approve")}
        </Button>
      </RetypeInput>
      <p id={reasonId} className="min-h-4.5 text-text-3 text-xs">
        {reason}
      </p>
    </form>
  );
}

function Reversible({ plan }: { plan: Plan }) {
  const { t, s, find, format } = useText();
  const { reversible } = plan;
  if (!reversible) return null;
  const until = reversible.until;
  const note =
    reversible.text &&
    (find(reversible.text) ?? (reversible.text.includes(" ") ? reversible.text : s(reversible.text)));
  return (
    <div className="flex gap-2.5">
      <Undo2 size={16} className="mt-0.5 shrink-0 text-accent-text" aria-hidden="true" />
      <div>
        <p className="font-strong text-body">
          {until
            ? t("plan.reversible_until", { date: format.date(until), time: format.time(until) })
            : t("plan.reversible")}
        </p>
        {note && <p className="text-sm text-text-2">{note}</p>}
      </div>
    </div>
  );
}

function DigestLine({ digest }: { digest: string }) {
  const { t } = useText();
  const copy = () => void navigator.clipboard.writeText(digest).then(() => say(t("plan.digest_copied")));
  return (
    <div className="flex min-h-8 items-center gap-2 rounded-control bg-muted pr-1 pl-2.5 text-sm">
      <span className="flex-1 text-text-2">{t("plan.digest")}</span>
      <span className="font-mono text-sm" title={digest}>
        …{digestEnd(digest)}
      </span>
      <IconButton label={t("plan.copy_digest")} className="h-7!" onClick={copy}>
        <Copy size={14} aria-hidden="true" />
      </IconButton>
    </div>
  );
}

/** One field, drawn as one box a character. */
function RetypeInput({
  value,
  onChange,
  children,
}: {
  value: string;
  onChange: (value: string) => void;
  children: React.ReactNode;
}) {
  const { t } = useText();
  const id = useId();
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-sm">
        {t("plan.retype")}
      </label>
      <div className="flex flex-wrap items-stretch gap-2">
        <span className="relative grid grid-cols-4 gap-1.5">
          {Array.from({ length: retyped }, (_, box) => (
            <span
              // biome-ignore lint/suspicious/noArrayIndexKey: a box is its position
              key={box}
              aria-hidden="true"
              className="grid h-9 w-9 place-items-center rounded-control border border-line-control bg-surface font-mono font-strong text-body"
            >
              {value[box]}
            </span>
          ))}
          <input
            id={id}
            value={value}
            onChange={(event) => onChange(event.target.value.trim().slice(0, retyped))}
            maxLength={retyped}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            className="absolute inset-0 rounded-control bg-transparent text-transparent caret-transparent selection:bg-transparent"
          />
        </span>
        {children}
      </div>
    </div>
  );
}
