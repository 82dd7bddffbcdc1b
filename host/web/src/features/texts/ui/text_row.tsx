import { Status } from "@opsflux/ui";
import { Pencil, RotateCcw } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useText } from "../../../shared/i18n/text";
import { IconButton } from "../../../shared/ui/overlay";
import { errorText } from "../../../shared/ui/states";
import { say, sayError } from "../../../shared/ui/toast";
import { type TextEntry, useResetText, useSaveText } from "../api/texts";
import { TextEditor } from "./text_editor";

/** The original at the left, what is shown in its place at the right, or below on a narrow screen. */
export function TextRow({ entry }: { entry: TextEntry }) {
  const [editing, setEditing] = useState(false);
  const edit = useRef<HTMLButtonElement>(null);
  const wasEditing = useRef(false);
  useEffect(() => {
    if (wasEditing.current && !editing) edit.current?.focus();
    wasEditing.current = editing;
  }, [editing]);
  return (
    <li className="grid grid-cols-2 gap-x-6 gap-y-2 border-line-soft border-t px-4 py-3 first:border-t-0 max-lg:grid-cols-[minmax(0,1fr)]">
      <Original entry={entry} />
      {editing ? (
        <TextEditor entry={entry} onClose={() => setEditing(false)} />
      ) : (
        <Shown entry={entry} edit={edit} onEdit={() => setEditing(true)} />
      )}
    </li>
  );
}

function Original({ entry }: { entry: TextEntry }) {
  const { t } = useText();
  const { original, english, language } = entry;
  return (
    <div className="min-w-0">
      <p className="font-mono text-text-3 text-xs break-all">
        {entry.namespace} · {entry.key}
      </p>
      {(original ?? english) && (
        <p
          lang={original === null ? "en" : language}
          className="mt-0.5 text-body break-words whitespace-pre-line"
        >
          {original ?? english}
        </p>
      )}
      {original !== null && english !== null && language !== "en" && english !== original && (
        <p lang="en" className="mt-0.5 text-text-3 text-xs break-words">
          {english}
        </p>
      )}
      {original === null && english !== null && (
        <p className="text-text-3 text-xs">{t("texts.in_english")}</p>
      )}
    </div>
  );
}

interface ShownProps {
  entry: TextEntry;
  edit: React.RefObject<HTMLButtonElement | null>;
  onEdit: () => void;
}

function Shown({ entry, edit, onEdit }: ShownProps) {
  const { t } = useText();
  return (
    <div className="flex min-w-0 items-start gap-1">
      <div className="min-w-0 flex-1">
        {entry.override === null ? (
          <p className="text-body text-text-3">{t("texts.as_original")}</p>
        ) : (
          <p lang={entry.language} className="font-medium text-body break-words whitespace-pre-line">
            {entry.override}
          </p>
        )}
        <State entry={entry} />
      </div>
      {entry.override !== null && <Reset entry={entry} edit={edit} />}
      {entry.state !== "unused" && (
        <IconButton ref={edit} label={t("texts.edit", { key: entry.key })} onClick={onEdit}>
          <Pencil size={15} aria-hidden="true" />
        </IconButton>
      )}
    </div>
  );
}

const tones = { changed: "info", unused: "off", unfit: "warn" } as const;

function State({ entry }: { entry: TextEntry }) {
  const { t, format } = useText();
  if (entry.state === "original") return null;
  return (
    <div className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-xs">
      <Status tone={tones[entry.state]}>{t(`texts.state.${entry.state}`)}</Status>
      {entry.changed_at && <span className="text-text-3">{format.ago(entry.changed_at)}</span>}
      {entry.problem && <p className="basis-full text-text-2">{entry.problem}</p>}
      {entry.state === "unused" && <p className="basis-full text-text-2">{t("texts.unused_help")}</p>}
    </div>
  );
}

/** Needs no question: it can be taken back. */
function Reset({ entry, edit }: Pick<ShownProps, "entry" | "edit">) {
  const text = useText();
  const reset = useResetText(entry);
  const save = useSaveText(entry);
  const failed = (error: Error) => sayError(errorText(text, error));
  const before = entry.override ?? "";
  // Without its key it cannot be written again.
  const undo = entry.state === "changed" ? () => void save.mutateAsync(before).catch(failed) : undefined;
  // Where only changed ones are shown, the row is gone before the answer is there: what is given to mutate() would not
  // be called any more.
  const click = () =>
    void reset.mutateAsync(undefined).then(() => {
      say(text.t("texts.reset_said"), undo);
      edit.current?.focus();
    }, failed);
  return (
    <IconButton label={text.t("texts.reset", { key: entry.key })} disabled={reset.isPending} onClick={click}>
      <RotateCcw size={15} aria-hidden="true" />
    </IconButton>
  );
}
