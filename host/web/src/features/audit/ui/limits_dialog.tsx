import { Button } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { ApiError } from "../../../shared/api/api_error";
import { useText } from "../../../shared/i18n/text";
import { Field } from "../../../shared/ui/field";
import { useFirstRefusal } from "../../../shared/ui/first_refusal";
import { FormAlert } from "../../../shared/ui/form_alert";
import { Dialog } from "../../../shared/ui/overlay";
import { errorText } from "../../../shared/ui/states";
import { say } from "../../../shared/ui/toast";
import { typedNumber } from "../../../shared/ui/typed_number";
import { type AlertLimit, limitsQuery, useSaveLimits } from "../api/audit";

export interface LimitsDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** From how many on an alert is raised. */
export function LimitsDialog({ open, onOpenChange }: LimitsDialogProps) {
  const { t } = useText();
  const limits = useQuery({ ...limitsQuery, enabled: open }).data;
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("audit.limits")}
      description={t("audit.limits_help")}
    >
      {limits && <LimitsForm limits={limits} onDone={() => onOpenChange(false)} />}
    </Dialog>
  );
}

function LimitsForm({ limits, onDone }: { limits: AlertLimit[]; onDone: () => void }) {
  const text = useText();
  const { t, find } = text;
  const [draft, setDraft] = useState<Record<string, string>>({});
  const save = useSaveLimits();
  const form = useRef<HTMLFormElement>(null);
  useFirstRefusal(form, save.error);
  const problems = save.error instanceof ApiError ? save.error.fields : [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const changes = Object.fromEntries(
      Object.entries(draft).map(([key, typed]) => [key, typedNumber("integer", typed)]),
    );
    save.mutate(changes, {
      onSuccess: () => {
        say(t("audit.limits_saved"));
        onDone();
      },
    });
  };
  return (
    <form ref={form} onSubmit={submit} noValidate className="grid gap-4 pb-2">
      {save.error && problems.length === 0 && <FormAlert>{errorText(text, save.error)}</FormAlert>}
      {limits.map((limit) => (
        <Field
          key={limit.key}
          label={find(`audit.setting.${limit.key}.label`) ?? limit.key}
          help={find(`audit.setting.${limit.key}.help`)}
          error={problems.find((problem) => problem.field === limit.key)?.detail}
        >
          {(ids) => (
            <input
              {...ids}
              inputMode="numeric"
              className="control max-w-40"
              value={draft[limit.key] ?? String(limit.value)}
              onChange={(event) => setDraft({ ...draft, [limit.key]: event.target.value })}
            />
          )}
        </Field>
      ))}
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>{t("action.cancel")}</Button>
        <Button type="submit" kind="primary" busy={save.isPending} disabled={Object.keys(draft).length === 0}>
          {t("action.save")}
        </Button>
      </div>
    </form>
  );
}
