import { Button } from "@opsflux/ui";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { type FactorMethod, giveCode, type LogInAnswer } from "../../../shared/api/session";
import { useText } from "../../../shared/i18n/text";
import { CodeInput } from "../../../shared/ui/code_input";
import { Field } from "../../../shared/ui/field";
import { FormAlert } from "../../../shared/ui/form_alert";
import { errorText } from "../../../shared/ui/states";

export interface CodeStepProps {
  methods: FactorMethod[];
  onAnswer: (answer: LogInAnswer) => Promise<void>;
}

/** A code of the application, or one of those on paper. */
export function CodeStep({ methods, onAnswer }: CodeStepProps) {
  const text = useText();
  const { t } = text;
  const [method, setMethod] = useState<FactorMethod>("totp");
  const [code, setCode] = useState("");
  const [trust, setTrust] = useState(false);
  const give = useMutation({
    mutationFn: () => giveCode({ method, code, trust_device: trust }),
    onSuccess: onAnswer,
    onError: () => setCode(""),
  });
  const backup = method === "backup";
  const change = () => {
    setMethod(backup ? "totp" : "backup");
    setCode("");
    give.reset();
  };
  return (
    <form
      className="mt-5 grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        give.mutate();
      }}
    >
      {give.error && <FormAlert>{errorText(text, give.error)}</FormAlert>}
      <Field
        key={method}
        label={t(backup ? "factor.backup_code" : "factor.code")}
        help={t(backup ? "factor.backup_code_help" : "factor.code_help")}
      >
        {(ids) => <CodeInput {...ids} letters={backup} autoFocus value={code} onChange={setCode} />}
      </Field>
      <label className="flex cursor-pointer items-center gap-2.5 text-body touch:min-h-11">
        <input
          type="checkbox"
          className="tick"
          checked={trust}
          onChange={(event) => setTrust(event.target.checked)}
        />
        {t("factor.trust")}
      </label>
      <Button type="submit" kind="primary" busy={give.isPending} className="mt-1">
        {t("login.submit")}
      </Button>
      {methods.includes("backup") && (
        <button
          type="button"
          onClick={change}
          className="page-link justify-self-start text-body touch:min-h-11"
        >
          {t(backup ? "factor.use_app" : "factor.use_backup")}
        </button>
      )}
    </form>
  );
}
