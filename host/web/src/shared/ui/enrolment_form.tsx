import { type FormEvent, useState } from "react";
import { ApiError } from "../api/api_error";
import type { Enrolment } from "../api/factors";
import { useText } from "../i18n/text";
import { CodeInput } from "./code_input";
import { Field } from "./field";
import { FormAlert } from "./form_alert";
import { QrCode } from "./qr_code";
import { errorText } from "./states";

export interface EnrolmentFormProps {
  id: string;
  enrolment: Enrolment;
  error: Error | null;
  onConfirm: (code: string) => void;
}

/** In groups of four, as keys are read out. */
const grouped = (secret: string) => secret.replace(/(.{4})(?=.)/g, "$1 ");

/** The QR code to scan, the key to type, and the first code as proof. */
export function EnrolmentForm({ id, enrolment, error, onConfirm }: EnrolmentFormProps) {
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
      <p className="text-body text-text-2 leading-read">{t("factor.scan")}</p>
      <div className="justify-self-center">
        <QrCode qr={enrolment.qr} />
      </div>
      <div className="grid gap-1">
        <p className="text-sm text-text-2">{t("factor.by_hand")}</p>
        <code className="break-all rounded-control bg-muted px-2.5 py-1.5 font-mono text-sm">
          {grouped(enrolment.secret)}
        </code>
      </div>
      <Field label={t("factor.code")} help={t("factor.code_help")} error={refusal?.detail}>
        {(ids) => <CodeInput {...ids} value={code} onChange={setCode} />}
      </Field>
    </form>
  );
}
