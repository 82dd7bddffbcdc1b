import { Button } from "@opsflux/ui";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { ApiError } from "../../../shared/api/api_error";
import { useApp } from "../../../shared/api/app";
import { type ProofMethod, proofQuery, prove } from "../../../shared/api/proof";
import { onProofNeeded } from "../../../shared/api/request";
import { useText } from "../../../shared/i18n/text";
import { CodeInput } from "../../../shared/ui/code_input";
import { Field } from "../../../shared/ui/field";
import { useFirstRefusal } from "../../../shared/ui/first_refusal";
import { FormAlert } from "../../../shared/ui/form_alert";
import { Dialog } from "../../../shared/ui/overlay";
import { PasswordInput } from "../../../shared/ui/password_input";
import { errorText } from "../../../shared/ui/states";

/** Asks for the password or a code wherever the server wants a new proof, then lets the request go on. */
export function ProofHost() {
  const [asked, setAsked] = useState(false);
  const answer = useRef<(proved: boolean) => void>(undefined);
  useEffect(
    () =>
      onProofNeeded(
        () =>
          new Promise<boolean>((resolve) => {
            answer.current = resolve;
            setAsked(true);
          }),
      ),
    [],
  );
  if (!asked) return null;
  const end = (proved: boolean) => {
    setAsked(false);
    answer.current?.(proved);
    answer.current = undefined;
  };
  return <ProofDialog onEnd={end} />;
}

function ProofDialog({ onEnd }: { onEnd: (proved: boolean) => void }) {
  const text = useText();
  const { t } = text;
  const formId = useId();
  const state = useQuery(proofQuery);
  const [chosen, setChosen] = useState<ProofMethod>();
  const methods = state.data?.methods;
  const method = chosen ?? methods?.[0];
  const other = methods?.find((one) => one !== method);
  const send = useMutation({
    mutationFn: (typed: string) => prove(method ?? "password", typed),
    onSuccess: () => onEnd(true),
  });
  const change = () => {
    send.reset();
    setChosen(other);
  };
  return (
    <Dialog
      open
      onOpenChange={() => onEnd(false)}
      title={t("proof.title")}
      description={t("proof.why")}
      foot={
        <>
          <Button onClick={() => onEnd(false)}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" form={formId} busy={send.isPending} disabled={!method}>
            {t("proof.confirm")}
          </Button>
        </>
      }
    >
      {state.error && <FormAlert>{errorText(text, state.error)}</FormAlert>}
      {method && (
        <ProofForm
          key={method}
          id={formId}
          method={method}
          error={send.error}
          onSubmit={(typed) => send.mutate(typed)}
        />
      )}
      {other && (
        <button
          type="button"
          className="page-link mb-2 justify-self-start text-body touch:min-h-11"
          onClick={change}
        >
          {t(other === "backup" ? "factor.use_backup" : "factor.use_app")}
        </button>
      )}
    </Dialog>
  );
}

const labels = { password: "login.password", totp: "factor.code", backup: "factor.backup_code" } as const;

interface ProofFormProps {
  id: string;
  method: ProofMethod;
  error: Error | null;
  onSubmit: (typed: string) => void;
}

function ProofForm({ id, method, error, onSubmit }: ProofFormProps) {
  const text = useText();
  const { t } = text;
  const { user } = useApp();
  const [typed, setTyped] = useState("");
  const element = useRef<HTMLFormElement>(null);
  useFirstRefusal(element, error);
  const field = method === "password" ? "password" : "code";
  const refusal = error instanceof ApiError ? error.fields.find((one) => one.field === field) : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit(typed);
  };
  return (
    <form ref={element} id={id} onSubmit={submit} className="grid gap-4 pb-2">
      {error && !refusal && <FormAlert>{errorText(text, error)}</FormAlert>}
      <input type="text" name="username" autoComplete="username" value={user.email} readOnly hidden />
      <Field label={t(labels[method])} error={refusal?.detail}>
        {(ids) =>
          method === "password" ? (
            <PasswordInput
              {...ids}
              name="password"
              autoFocus
              autoComplete="current-password"
              value={typed}
              onChange={setTyped}
            />
          ) : (
            <CodeInput {...ids} autoFocus letters={method === "backup"} value={typed} onChange={setTyped} />
          )
        }
      </Field>
    </form>
  );
}
