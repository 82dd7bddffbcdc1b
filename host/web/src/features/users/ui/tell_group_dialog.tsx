import { Button } from "@opsflux/ui";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { ApiError } from "../../../shared/api/api_error";
import { useText } from "../../../shared/i18n/text";
import { Field } from "../../../shared/ui/field";
import { FormAlert } from "../../../shared/ui/form_alert";
import { Dialog } from "../../../shared/ui/overlay";
import { errorText } from "../../../shared/ui/states";
import { say } from "../../../shared/ui/toast";
import { tellGroup } from "../api/group_notice";

export interface TellGroupDialogProps {
  group: string;
  name: string;
  people: number;
  onClose: () => void;
}

/** A subject and a text, which everybody in the group gets by mail. */
export function TellGroupDialog({ group, name, people, onClose }: TellGroupDialogProps) {
  const text = useText();
  const { t } = text;
  const form = useId();
  const [subject, setSubject] = useState("");
  const [words, setWords] = useState("");
  const send = useMutation({
    mutationFn: () => tellGroup(group, { subject, text: words }),
    onSuccess: ({ people: told }) => {
      say(text.n("group.told", told));
      onClose();
    },
  });
  const { error } = send;
  const at = (place: string) =>
    error instanceof ApiError ? error.fields.find(({ field }) => field === place)?.detail : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate();
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("group.tell_title", { name })}
      description={text.n("group.tell_help", people)}
      foot={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" form={form} kind="primary" busy={send.isPending}>
            {t("group.send")}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} noValidate className="grid gap-4 pb-2">
        {error && !at("subject") && !at("text") && <FormAlert>{errorText(text, error)}</FormAlert>}
        <Field label={t("group.subject")} error={at("subject")} required>
          {(ids) => (
            <input
              {...ids}
              className="control"
              maxLength={150}
              value={subject}
              onChange={(event) => setSubject(event.target.value)}
            />
          )}
        </Field>
        <Field label={t("group.text")} error={at("text")} required>
          {(ids) => (
            <textarea
              {...ids}
              className="control h-auto! py-2"
              rows={6}
              maxLength={5000}
              value={words}
              onChange={(event) => setWords(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
