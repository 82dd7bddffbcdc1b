import { Button } from "@opsflux/ui";
import { type FormEvent, type KeyboardEvent, useId, useState } from "react";
import { useText } from "../../../shared/i18n/text";
import { errorText } from "../../../shared/ui/states";
import { say } from "../../../shared/ui/toast";
import { type TextEntry, useSaveText } from "../api/texts";

const longest = 2000;

/** One text in its place: ⌘↵ saves, Échap leaves it. */
export function TextEditor({ entry, onClose }: { entry: TextEntry; onClose: () => void }) {
  const text = useText();
  const { t } = text;
  const id = useId();
  const [value, setValue] = useState(entry.override ?? entry.original ?? entry.english ?? "");
  const save = useSaveText(entry);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const saved = () => {
      say(t("texts.saved"));
      onClose();
    };
    // The row may be gone when the answer is there; a refusal stands below the text.
    void save.mutateAsync(value).then(saved, () => undefined);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLFormElement>) => {
    if (event.key === "Escape") onClose();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.currentTarget.requestSubmit();
  };
  return (
    <form onSubmit={submit} onKeyDown={onKeyDown} className="grid min-w-0 gap-2">
      <textarea
        autoFocus
        aria-label={t("texts.edit", { key: entry.key })}
        aria-invalid={save.error ? true : undefined}
        aria-describedby={save.error ? `${id}-note` : undefined}
        lang={entry.language}
        className="control h-auto! py-2 leading-read"
        rows={Math.min(8, Math.max(2, Math.ceil(value.length / 60)))}
        maxLength={longest}
        value={value}
        onChange={(event) => setValue(event.target.value)}
      />
      {save.error && (
        <p id={`${id}-note`} role="alert" className="text-danger-text text-sm">
          {errorText(text, save.error)}
        </p>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button kind="primary" type="submit" busy={save.isPending}>
          {t("action.save")}
        </Button>
      </div>
    </form>
  );
}
