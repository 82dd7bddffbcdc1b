import { Button } from "@opsflux/ui";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ChangeEvent, useRef } from "react";
import { appQuery, useApp } from "../../../shared/api/app";
import { sendFile } from "../../../shared/api/files";
import { savePreferences } from "../../../shared/api/session";
import { useText } from "../../../shared/i18n/text";
import { Avatar, photoAddress } from "../../../shared/ui/avatar";
import { FormAlert } from "../../../shared/ui/form_alert";
import { errorText } from "../../../shared/ui/states";

const accepted = "image/png,image/jpeg,image/webp";

/** One's photo; without any, initials stand in its place everywhere. */
export function PhotoChoice() {
  const text = useText();
  const { t } = text;
  const { user } = useApp();
  const client = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const save = useMutation({
    mutationFn: async (file: File | undefined) => {
      const sent = file && (await sendFile(file, () => undefined, new AbortController().signal));
      return savePreferences({ photo: sent ? sent.id : "" });
    },
    onSuccess: () => client.invalidateQueries({ queryKey: appQuery.queryKey }),
  });
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    event.target.value = "";
    if (file) save.mutate(file);
  };
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center gap-3">
        <Avatar name={user.name} size="xl" person photo={photoAddress(user.id, user.photo)} />
        <input
          ref={input}
          type="file"
          accept={accepted}
          aria-label={t("profile.photo")}
          className="sr-only"
          tabIndex={-1}
          onChange={choose}
        />
        <Button busy={save.isPending} onClick={() => input.current?.click()}>
          {t(user.photo ? "profile.change_photo" : "profile.add_photo")}
        </Button>
        {user.photo && (
          <Button disabled={save.isPending} onClick={() => save.mutate(undefined)}>
            {t("profile.remove_photo")}
          </Button>
        )}
        <span className="text-text-3 text-xs">{t("profile.photo_help")}</span>
      </div>
      {save.error && <FormAlert>{errorText(text, save.error)}</FormAlert>}
    </div>
  );
}
