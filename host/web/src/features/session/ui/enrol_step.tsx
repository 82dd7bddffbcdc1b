import { Button } from "@opsflux/ui";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { ApiError } from "../../../shared/api/api_error";
import type { FactorKind, FactorWish } from "../../../shared/api/factors";
import {
  confirmAtLogIn,
  enrolAtLogIn,
  type FactorMethod,
  type LogInAnswer,
} from "../../../shared/api/session";
import { useText } from "../../../shared/i18n/text";
import { EnrolmentForm } from "../../../shared/ui/enrolment_form";
import { FactorKindFields } from "../../../shared/ui/factor_kind_fields";
import { FormAlert } from "../../../shared/ui/form_alert";
import { SentCodeForm } from "../../../shared/ui/sent_code_form";
import { Bar, Waiting } from "../../../shared/ui/skeleton";
import { errorText, Failure } from "../../../shared/ui/states";

export interface EnrolStepProps {
  /** The kinds that can be set up. */
  methods: FactorMethod[];
  onAnswer: (answer: LogInAnswer) => Promise<void>;
}

const isKind = (method: FactorMethod): method is FactorKind => method !== "backup";

/** The role asks for a second factor, and there is none yet. */
export function EnrolStep({ methods, onAnswer }: EnrolStepProps) {
  const { t } = useText();
  const kinds = methods.filter(isKind);
  const onlyApp = kinds.every((kind) => kind === "totp");
  const begin = useMutation({ mutationFn: enrolAtLogIn });
  const confirm = useMutation({ mutationFn: confirmAtLogIn, onSuccess: onAnswer });
  // Once: each request makes a new key, and the one that was scanned must stay.
  const begun = useRef(false);
  useEffect(() => {
    if (!onlyApp || begun.current) return;
    begun.current = true;
    begin.mutate({ kind: "totp" });
  }, [onlyApp, begin.mutate]);
  if (onlyApp && begin.error)
    return (
      <Failure error={begin.error} onRetry={() => begin.mutate({ kind: "totp" })} className="px-0 py-4" />
    );
  if (onlyApp && !begin.data)
    return (
      <Waiting what={t("factor.set_up")}>
        <Bar className="mt-5 h-48 w-full" />
      </Waiting>
    );
  if (!begin.data)
    return (
      <ChooseKind
        kinds={kinds}
        error={begin.error}
        busy={begin.isPending}
        onChoose={(wish) => begin.mutate(wish)}
      />
    );
  const form = { id: "enrol", error: confirm.error, onConfirm: (code: string) => confirm.mutate(code) };
  return (
    <div className="mt-4 grid gap-3">
      {"sent_to" in begin.data ? (
        <SentCodeForm sent={begin.data} {...form} />
      ) : (
        <EnrolmentForm enrolment={begin.data} {...form} />
      )}
      <Button type="submit" form="enrol" kind="primary" busy={confirm.isPending}>
        {t("factor.confirm")}
      </Button>
      {!onlyApp && (
        <button
          type="button"
          onClick={() => {
            begin.reset();
            confirm.reset();
          }}
          className="page-link justify-self-start text-body touch:min-h-11"
        >
          {t("factor.other_kind")}
        </button>
      )}
    </div>
  );
}

interface ChooseKindProps {
  kinds: FactorKind[];
  error: Error | null;
  busy: boolean;
  onChoose: (wish: FactorWish) => void;
}

function ChooseKind({ kinds, error, busy, onChoose }: ChooseKindProps) {
  const text = useText();
  const [wish, setWish] = useState<FactorWish>({ kind: kinds[0] ?? "totp" });
  const refusal =
    error instanceof ApiError ? error.fields.find(({ field }) => field === "number")?.detail : undefined;
  return (
    <form
      className="mt-4 grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        onChoose(wish);
      }}
    >
      {error && !refusal && <FormAlert>{errorText(text, error)}</FormAlert>}
      <FactorKindFields kinds={kinds} wish={wish} error={refusal} onChange={setWish} />
      <Button type="submit" kind="primary" busy={busy}>
        {text.t("action.next")}
      </Button>
    </form>
  );
}
