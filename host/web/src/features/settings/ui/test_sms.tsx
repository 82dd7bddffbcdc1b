import { Button } from "@opsflux/ui";
import { useMutation } from "@tanstack/react-query";
import { Send } from "lucide-react";
import { type FormEvent, useState } from "react";
import { ApiError } from "../../../shared/api/api_error";
import { request } from "../../../shared/api/request";
import { useText } from "../../../shared/i18n/text";
import { Field } from "../../../shared/ui/field";
import { FormAlert } from "../../../shared/ui/form_alert";
import { Dialog } from "../../../shared/ui/overlay";
import { errorText } from "../../../shared/ui/states";
import { say } from "../../../shared/ui/toast";

/** Shows whether the SMS provider that is set up takes a message. */
export function TestSms() {
  const { t } = useText();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button kind="quiet" icon={<Send size={16} aria-hidden="true" />} onClick={() => setOpen(true)}>
        {t("sms.test")}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={t("sms.test")} description={t("sms.test_help")}>
        <TestForm onDone={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function TestForm({ onDone }: { onDone: () => void }) {
  const text = useText();
  const { t } = text;
  const [number, setNumber] = useState("");
  const test = useMutation({
    mutationFn: () => request("/api/v1/identity/sms/test", { method: "POST", body: { number } }),
    onSuccess: () => {
      say(t("sms.test_sent"));
      onDone();
    },
  });
  const refused =
    test.error instanceof ApiError ? test.error.fields.find(({ field }) => field === "number") : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    test.mutate();
  };
  return (
    <form onSubmit={submit} noValidate className="grid gap-4 pb-2">
      {test.error && !refused && <FormAlert>{errorText(text, test.error)}</FormAlert>}
      <Field label={t("factor.number")} help={t("factor.number_help")} error={refused?.detail}>
        {(ids) => (
          <input
            {...ids}
            type="tel"
            name="number"
            autoComplete="tel"
            className="control"
            value={number}
            onChange={(event) => setNumber(event.target.value)}
          />
        )}
      </Field>
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>{t("action.cancel")}</Button>
        <Button type="submit" kind="primary" busy={test.isPending}>
          {t("sms.test")}
        </Button>
      </div>
    </form>
  );
}
