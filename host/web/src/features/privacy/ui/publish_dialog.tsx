import { Button } from "@opsflux/ui";
import { type FormEvent, useId, useState } from "react";
import { ApiError } from "../../../shared/api/api_error";
import { type DocumentText, type NewDocument, usePublish } from "../../../shared/api/privacy";
import { type LanguageCode, languageNames, languages } from "../../../shared/i18n/messages";
import { useText } from "../../../shared/i18n/text";
import { Field } from "../../../shared/ui/field";
import { FormAlert } from "../../../shared/ui/form_alert";
import { Dialog } from "../../../shared/ui/overlay";
import { errorText } from "../../../shared/ui/states";
import { say } from "../../../shared/ui/toast";

interface Draft {
  kind: string;
  required: boolean;
  from: string;
  texts: Partial<Record<LanguageCode, DocumentText>>;
}

/** Languages without a title and a body are left out. */
function written(draft: Draft): NewDocument {
  const texts: Record<string, DocumentText> = {};
  for (const code of languages) {
    const text = draft.texts[code];
    if (text && (text.title.trim() !== "" || text.body.trim() !== "")) texts[code] = text;
  }
  return {
    kind: draft.kind.trim(),
    required: draft.required,
    texts,
    ...(draft.from && { effective_at: new Date(`${draft.from}T00:00:00`).toISOString() }),
  };
}

/** At least one language, and none half written. */
function isComplete(draft: Draft): boolean {
  const texts = Object.values(written(draft).texts);
  return texts.length > 0 && texts.every(({ title, body }) => title.trim() !== "" && body.trim() !== "");
}

export function PublishDialog({ onClose }: { onClose: () => void }) {
  const text = useText();
  const { t } = text;
  const formId = useId();
  const [draft, setDraft] = useState<Draft>({ kind: "charter", required: true, from: "", texts: {} });
  const publish = usePublish();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    publish.mutate(written(draft), {
      onSuccess: () => {
        say(t("privacy.published"));
        onClose();
      },
    });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("privacy.publish")}
      description={t("privacy.publish_help")}
      foot={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button
            kind="primary"
            type="submit"
            form={formId}
            busy={publish.isPending}
            disabled={!isComplete(draft)}
          >
            {t("privacy.publish_do")}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate className="grid gap-4">
        {publish.error && <FormAlert>{errorText(text, publish.error)}</FormAlert>}
        <Kind draft={draft} error={publish.error} onChange={setDraft} />
        <Texts draft={draft} onChange={setDraft} />
      </form>
    </Dialog>
  );
}

interface PartProps {
  draft: Draft;
  onChange: (draft: Draft) => void;
}

function Kind({ draft, error, onChange }: PartProps & { error: unknown }) {
  const { t } = useText();
  const problem = error instanceof ApiError ? error.fields.find((one) => one.field === "kind") : undefined;
  return (
    <>
      <Field label={t("privacy.kind")} help={t("privacy.kind_help")} error={problem?.detail}>
        {(ids) => (
          <input
            {...ids}
            className="control max-w-60 font-mono"
            spellCheck={false}
            value={draft.kind}
            onChange={(event) => onChange({ ...draft, kind: event.target.value })}
          />
        )}
      </Field>
      <Field label={t("privacy.from")} help={t("privacy.from_help")}>
        {(ids) => (
          <input
            {...ids}
            type="date"
            className="control max-w-60"
            value={draft.from}
            onChange={(event) => onChange({ ...draft, from: event.target.value })}
          />
        )}
      </Field>
      <label className="flex min-h-9 items-center gap-2.5 text-body touch:min-h-11">
        <input
          type="checkbox"
          className="tick"
          checked={draft.required}
          onChange={(event) => onChange({ ...draft, required: event.target.checked })}
        />
        {t("privacy.required_help")}
      </label>
    </>
  );
}

function Texts({ draft, onChange }: PartProps) {
  const { t, language } = useText();
  const [shown, setShown] = useState<LanguageCode>(language);
  const text = draft.texts[shown] ?? { title: "", body: "" };
  const change = (part: Partial<DocumentText>) =>
    onChange({ ...draft, texts: { ...draft.texts, [shown]: { ...text, ...part } } });
  return (
    <fieldset className="grid gap-3">
      <legend className="sr-only">{t("preferences.language")}</legend>
      <div className="flex flex-wrap gap-1">
        {languages.map((code) => (
          <button
            key={code}
            type="button"
            lang={code}
            aria-pressed={code === shown}
            onClick={() => setShown(code)}
            className="rounded-control border border-transparent px-2.5 py-1.5 text-sm text-text-2 hover:bg-muted aria-pressed:border-line aria-pressed:bg-muted aria-pressed:font-medium aria-pressed:text-text touch:min-h-11"
          >
            {languageNames[code]}
            {draft.texts[code]?.title.trim() ? " ✓" : ""}
          </button>
        ))}
      </div>
      <Field label={t("privacy.document_title")}>
        {(ids) => (
          <input
            {...ids}
            lang={shown}
            className="control"
            value={text.title}
            onChange={(event) => change({ title: event.target.value })}
          />
        )}
      </Field>
      <Field label={t("privacy.document_body")} help={t("privacy.document_body_help")}>
        {(ids) => (
          <textarea
            {...ids}
            lang={shown}
            rows={8}
            className="control min-h-40 py-2"
            value={text.body}
            onChange={(event) => change({ body: event.target.value })}
          />
        )}
      </Field>
    </fieldset>
  );
}
