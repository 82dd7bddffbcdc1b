import { Button } from "@opsflux/ui";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { SentKind } from "../../../shared/api/factors";
import { type FactorMethod, giveCode, type LogInAnswer, sendCode } from "../../../shared/api/session";
import type { Key } from "../../../shared/i18n/messages";
import { useText } from "../../../shared/i18n/text";
import { CodeInput } from "../../../shared/ui/code_input";
import { Field } from "../../../shared/ui/field";
import { FormAlert } from "../../../shared/ui/form_alert";
import { errorText } from "../../../shared/ui/states";

export interface CodeStepProps {
  methods: FactorMethod[];
  onAnswer: (answer: LogInAnswer) => Promise<void>;
}

interface MethodTexts {
  label: Key;
  help: Key;
  /** What leads to it from another one. */
  use: Key;
}

const texts: Record<FactorMethod, MethodTexts> = {
  totp: { label: "factor.code", help: "factor.code_help", use: "factor.use_app" },
  email: { label: "factor.code_email", help: "factor.send_email", use: "factor.use_email" },
  sms: { label: "factor.code_sms", help: "factor.send_sms", use: "factor.use_sms" },
  backup: { label: "factor.backup_code", help: "factor.backup_code_help", use: "factor.use_backup" },
};

const isSent = (method: FactorMethod): method is SentKind => method === "email" || method === "sms";

/** A code of the application, one that is sent, or one of those on paper. */
export function CodeStep({ methods, onAnswer }: CodeStepProps) {
  const { t } = useText();
  const [method, setMethod] = useState<FactorMethod>(methods[0] ?? "totp");
  const [trust, setTrust] = useState(false);
  const form = { trust, onTrust: setTrust, onAnswer };
  return (
    <div className="mt-5 grid gap-4">
      {isSent(method) ? (
        <SentCode key={method} method={method} {...form} />
      ) : (
        <CodeForm key={method} method={method} help={t(texts[method].help)} {...form} />
      )}
      <div className="grid justify-items-start gap-1">
        {methods
          .filter((other) => other !== method)
          .map((other) => (
            <button
              key={other}
              type="button"
              onClick={() => setMethod(other)}
              className="page-link text-body touch:min-h-11"
            >
              {t(texts[other].use)}
            </button>
          ))}
      </div>
    </div>
  );
}

interface FormProps {
  trust: boolean;
  onTrust: (trust: boolean) => void;
  onAnswer: (answer: LogInAnswer) => Promise<void>;
}

/** Nothing is sent before it is asked for. */
function SentCode({ method, ...form }: FormProps & { method: SentKind }) {
  const text = useText();
  const { t } = text;
  // The one that is there stays of use when no other one is sent.
  const [place, setPlace] = useState<string>();
  const send = useMutation({
    mutationFn: () => sendCode(method),
    onSuccess: (sent) => setPlace(sent.sent_to),
  });
  return (
    <>
      {send.error && <FormAlert>{errorText(text, send.error)}</FormAlert>}
      {place ? (
        <>
          <CodeForm method={method} help={t("factor.sent_to", { place })} {...form} />
          <Button busy={send.isPending} onClick={() => send.mutate()}>
            {t("factor.send_again")}
          </Button>
        </>
      ) : (
        <>
          <p className="text-body text-text-2 leading-read">{t(texts[method].help)}</p>
          <Button kind="primary" busy={send.isPending} onClick={() => send.mutate()}>
            {t("factor.send")}
          </Button>
        </>
      )}
    </>
  );
}

function CodeForm({
  method,
  help,
  trust,
  onTrust,
  onAnswer,
}: FormProps & { method: FactorMethod; help: string }) {
  const text = useText();
  const { t } = text;
  const [code, setCode] = useState("");
  const give = useMutation({
    mutationFn: () => giveCode({ method, code, trust_device: trust }),
    onSuccess: onAnswer,
    onError: () => setCode(""),
  });
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        give.mutate();
      }}
    >
      {give.error && <FormAlert>{errorText(text, give.error)}</FormAlert>}
      <Field label={t(texts[method].label)} help={help}>
        {(ids) => (
          <CodeInput {...ids} letters={method === "backup"} autoFocus value={code} onChange={setCode} />
        )}
      </Field>
      <label className="flex cursor-pointer items-center gap-2.5 text-body touch:min-h-11">
        <input
          type="checkbox"
          className="tick"
          checked={trust}
          onChange={(event) => onTrust(event.target.checked)}
        />
        {t("factor.trust")}
      </label>
      <Button type="submit" kind="primary" busy={give.isPending} className="mt-1">
        {t("login.submit")}
      </Button>
    </form>
  );
}
