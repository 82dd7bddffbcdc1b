import { OctagonMinus } from "lucide-react";
import { useId } from "react";
import { useText } from "../../../shared/i18n/text";
import { Field } from "../../../shared/ui/field";
import { type FileKind, isFileType, kindsFor } from "../api/file_kinds";
import type { DraftPart } from "./field_dialog";

/** Which files a field takes: kinds that people know, and media types for those who know them. */
export function FileRules(part: DraftPart) {
  const { t } = useText();
  const { draft, change, refusal } = part;
  if (!isFileType(draft.type)) return null;
  const error = refusal("field.accept");
  return (
    <>
      <FileKinds {...part} error={draft.type === "image" ? error : undefined} />
      {draft.type !== "image" && (
        <Field label={t("fields.accept_others")} help={t("fields.accept_others_help")} optional error={error}>
          {(ids) => (
            <input
              {...ids}
              className="control font-mono"
              autoComplete="off"
              spellCheck={false}
              placeholder="application/xml, image/svg+xml"
              value={draft.accepted.others}
              onChange={(event) => change({ accepted: { ...draft.accepted, others: event.target.value } })}
            />
          )}
        </Field>
      )}
    </>
  );
}

function FileKinds({ draft, change, error }: DraftPart & { error: string | undefined }) {
  const { t } = useText();
  const noteId = useId();
  const { kinds } = draft.accepted;
  const turn = (kind: FileKind, on: boolean) =>
    change({
      accepted: {
        ...draft.accepted,
        kinds: kindsFor(draft.type).filter((one) => (one === kind ? on : kinds.includes(one))),
      },
    });
  return (
    <fieldset aria-describedby={noteId}>
      <legend className="mb-1 font-medium text-sm">{t("fields.accept")}</legend>
      <div className="grid grid-cols-2 gap-x-4 sm:grid-cols-3">
        {kindsFor(draft.type).map((kind) => (
          <label
            key={kind}
            className="flex min-h-7 cursor-pointer items-center gap-2.5 text-body touch:min-h-11"
          >
            <input
              type="checkbox"
              className="tick"
              checked={kinds.includes(kind)}
              onChange={(event) => turn(kind, event.target.checked)}
            />
            {t(`file_kind.${kind}`)}
          </label>
        ))}
      </div>
      {error ? (
        <p id={noteId} className="mt-1 flex gap-1.5 text-danger-text text-sm">
          <OctagonMinus size={14} className="mt-0.5 shrink-0" aria-hidden="true" />
          {error}
        </p>
      ) : (
        <p id={noteId} className="mt-1 text-text-3 text-xs">
          {t(draft.type === "image" ? "fields.accept_images_help" : "fields.accept_help")}
        </p>
      )}
    </fieldset>
  );
}
