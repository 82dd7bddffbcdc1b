import { type FormEvent, useState } from "react";
import { ApiError } from "../api/api_error";
import type { SentCode } from "../api/factors";
import { useText } from "../i18n/text";
import { CodeInput } from "./code_input";
import { Field } from "./field";
import { FormAlert } from "./form_alert";
import { errorText } from "./states";

export interface SentCodeFormProps {
  id: string;
  sent: SentCode;
  error: Error | null;
  onConfirm: (code: string) => void;
}

/** The first code as proof that what is sent arrives. */
export function SentCodeForm({ id, sent, error, onConfirm }: SentCodeFormProps) {
  const text = useText();
  const { t } = text;
  const [code, setCode] = useState("");
  const refusal = error instanceof ApiError ? error.fields.find(({ field }) => field === "code") : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onConfirm(code);
  };
  return (
    <form id={id} onSubmit={submit} className="grid gap-4 pb-2">
      {error && !refusal && <FormAlert>{errorText(text, error)}</FormAlert>}
      <Field
        label={t(`factor.code_${sent.kind}`)}
        help={t("factor.sent_to", { place: sent.sent_to })}
        error={refusal?.detail}
      >
        {(ids) => <CodeInput {...ids} autoFocus value={code} onChange={setCode} />}
      </Field>
    </form>
  );
}
