import { X } from "lucide-react";
import { useState } from "react";
import { useText } from "../../../shared/i18n/text";
import type { FieldEditorProps } from "./field_editor";

/** Tags end with Enter or a comma; Backspace in the empty field takes the last one back. */
export function TagsEditor({ ids, field, value, onChange, autoFocus }: FieldEditorProps) {
  const { t } = useText();
  const tags = Array.isArray(value) ? value.map(String) : [];
  const [typed, setTyped] = useState("");
  const full = field.max_items !== undefined && tags.length >= field.max_items;
  const add = (text: string) => {
    const tag = text.trim();
    if (tag !== "" && !tags.includes(tag) && !full) onChange([...tags, tag]);
    setTyped("");
  };
  const remove = (tag: string) => onChange(tags.filter((other) => other !== tag));
  return (
    <div className="control flex h-auto! min-h-(--control-h) flex-wrap items-center gap-1 py-1 focus-within:border-focus">
      {tags.map((tag) => (
        <span
          key={tag}
          className="inline-flex h-6 touch:h-11 touch:pl-3 items-center gap-1 rounded-tag border border-line bg-subtle pl-1.5 text-sm"
        >
          {tag}
          <button
            type="button"
            aria-label={t("tags.remove", { tag })}
            onClick={() => remove(tag)}
            className="grid h-full w-5 touch:w-11 touch:min-h-11 place-items-center rounded-tag text-text-3 hover:text-text"
          >
            <X size={12} aria-hidden="true" />
          </button>
        </span>
      ))}
      <input
        {...ids}
        name={field.name}
        autoFocus={autoFocus}
        disabled={full}
        autoComplete="off"
        className="min-w-24 flex-1 bg-transparent outline-none touch:min-h-11"
        placeholder={tags.length === 0 ? t("tags.add") : undefined}
        value={typed}
        onChange={(event) =>
          event.target.value.endsWith(",")
            ? add(event.target.value.slice(0, -1))
            : setTyped(event.target.value)
        }
        onBlur={() => add(typed)}
        onKeyDown={(event) => {
          const last = tags.at(-1);
          if (event.key === "Enter" && typed !== "" && !event.metaKey && !event.ctrlKey) {
            event.preventDefault();
            add(typed);
          } else if (event.key === "Backspace" && typed === "" && last) remove(last);
        }}
      />
    </div>
  );
}
