import { Button } from "@opsflux/ui";
import { type FormEvent, useState } from "react";
import { ApiError } from "../../../shared/api/api_error";
import { useApp } from "../../../shared/api/app";
import { useText } from "../../../shared/i18n/text";
import { Field } from "../../../shared/ui/field";
import { FormAlert } from "../../../shared/ui/form_alert";
import { Dialog } from "../../../shared/ui/overlay";
import { errorText } from "../../../shared/ui/states";
import { say } from "../../../shared/ui/toast";
import { useSendTest } from "../api/mail";

export interface TestDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function TestDialog({ open, onOpenChange }: TestDialogProps) {
  const { t } = useText();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("mail.test")} description={t("mail.test_help")}>
      <TestForm onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function TestForm({ onDone }: { onDone: () => void }) {
  const text = useText();
  const { t } = text;
  const { user } = useApp();
  const [to, setTo] = useState(user.email);
  const test = useSendTest();
  const refused =
    test.error instanceof ApiError ? test.error.fields.find(({ field }) => field === "to") : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    test.mutate(to.trim(), {
      onSuccess: () => {
        say(t("mail.test_sent"));
        onDone();
      },
    });
  };
  return (
    <form onSubmit={submit} noValidate className="grid gap-4 pb-2">
      {test.error && !refused && <FormAlert>{errorText(text, test.error)}</FormAlert>}
      <Field label={t("mail.test_to")} error={refused?.detail}>
        {(ids) => (
          <input
            {...ids}
            type="email"
            className="control"
            value={to}
            onChange={(event) => setTo(event.target.value)}
          />
        )}
      </Field>
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>{t("action.cancel")}</Button>
        <Button type="submit" kind="primary" busy={test.isPending}>
          {t("mail.test")}
        </Button>
      </div>
    </form>
  );
}
