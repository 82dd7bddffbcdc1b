import { Button } from "@opsflux/ui";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { findPerson, useErase } from "../../../shared/api/privacy";
import { useText } from "../../../shared/i18n/text";
import { Field } from "../../../shared/ui/field";
import { FormAlert } from "../../../shared/ui/form_alert";
import { Dialog } from "../../../shared/ui/overlay";
import { errorText } from "../../../shared/ui/states";
import { say } from "../../../shared/ui/toast";

/** First who it is, by his address, then the decision. */
export function EraseDialog({ onClose }: { onClose: () => void }) {
  const text = useText();
  const { t } = text;
  const formId = useId();
  const [email, setEmail] = useState("");
  const search = useMutation({ mutationFn: findPerson });
  const erase = useErase();
  const person = search.data;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!person) return search.mutate(email);
    erase.mutate(person, {
      onSuccess: () => {
        say(t("privacy.erasure_begun", { name: person.name }));
        onClose();
      },
    });
  };
  const error = search.error ?? erase.error;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("privacy.erase_somebody")}
      description={t("privacy.erasure_confirm_other")}
      foot={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button
            kind={person ? "danger" : "primary"}
            type="submit"
            form={formId}
            busy={search.isPending || erase.isPending}
            disabled={email.trim() === ""}
          >
            {person ? t("privacy.erase_named", { name: person.name }) : t("privacy.find")}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate className="grid gap-3">
        {error && <FormAlert>{errorText(text, error)}</FormAlert>}
        <Field
          label={t("privacy.email_of")}
          error={search.isSuccess && !person ? t("privacy.nobody") : undefined}
        >
          {(ids) => (
            <input
              {...ids}
              className="control"
              type="email"
              autoComplete="off"
              value={email}
              onChange={(event) => {
                setEmail(event.target.value);
                search.reset();
              }}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
