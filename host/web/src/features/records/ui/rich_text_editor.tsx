import { classNames } from "@opsflux/ui";
import { Bold, Code, Heading, Italic, Link2, List, ListOrdered, type LucideIcon, Quote } from "lucide-react";
import { type KeyboardEvent, useRef, useState } from "react";
import type { Key } from "../../../shared/i18n/messages";
import { useText } from "../../../shared/i18n/text";
import { IconButton } from "../../../shared/ui/overlay";
import { RichText } from "../../../shared/ui/rich_text";
import { type Mark, marked } from "../api/markdown";
import type { FieldEditorProps } from "./field_editor";

const tools: { mark: Mark; icon: LucideIcon }[] = [
  { mark: "bold", icon: Bold },
  { mark: "italic", icon: Italic },
  { mark: "heading", icon: Heading },
  { mark: "list", icon: List },
  { mark: "numbers", icon: ListOrdered },
  { mark: "quote", icon: Quote },
  { mark: "code", icon: Code },
  { mark: "link", icon: Link2 },
];

const keys: Record<string, Mark> = { b: "bold", i: "italic", k: "link" };

/** CommonMark as text; the buttons write the marks, and the preview shows what comes of them. */
export function RichTextEditor({ ids, field, value, onChange, autoFocus }: FieldEditorProps) {
  const { t } = useText();
  const [preview, setPreview] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const text = typeof value === "string" ? value : "";
  const apply = (mark: Mark) => {
    const input = area.current;
    if (!input) return;
    const next = marked(mark, { text, from: input.selectionStart, to: input.selectionEnd });
    onChange(next.text || null);
    requestAnimationFrame(() => {
      input.focus();
      input.setSelectionRange(next.from, next.to);
    });
  };
  const onKey = (event: KeyboardEvent) => {
    const mark = event.ctrlKey || event.metaKey ? keys[event.key.toLowerCase()] : undefined;
    if (!mark || event.shiftKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    apply(mark);
  };
  return (
    <div className="overflow-hidden rounded-control border border-line-control bg-surface focus-within:border-focus">
      <div className="flex flex-wrap items-center gap-0.5 border-line border-b bg-subtle px-1 py-0.5">
        {tools.map(({ mark, icon: Icon }) => (
          <IconButton
            key={mark}
            label={t(`rich.${mark}` as Key)}
            disabled={preview || field.read_only}
            onClick={() => apply(mark)}
            className="h-7!"
          >
            <Icon size={15} aria-hidden="true" />
          </IconButton>
        ))}
        <span className="flex-1" />
        <button
          type="button"
          aria-pressed={preview}
          onClick={() => setPreview(!preview)}
          className={classNames(
            "h-7 rounded-control px-2 text-sm hover:bg-muted touch:h-11",
            preview && "bg-pressed font-medium",
          )}
        >
          {t("rich.preview")}
        </button>
      </div>
      {preview && (
        <div className="min-h-36 px-3 py-2 text-body">
          {text === "" ? <span className="text-text-3">{t("rich.empty")}</span> : <RichText value={text} />}
        </div>
      )}
      <textarea
        {...ids}
        ref={area}
        name={field.name}
        autoFocus={autoFocus}
        disabled={field.read_only}
        hidden={preview}
        rows={7}
        className="block w-full resize-y bg-transparent px-2.5 py-2 text-sm outline-none focus-visible:outline-none touch:text-lg"
        value={text}
        onKeyDown={onKey}
        onChange={(event) => onChange(event.target.value || null)}
      />
    </div>
  );
}
