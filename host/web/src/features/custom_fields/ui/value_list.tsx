import { Button } from "@opsflux/ui";
import { ArrowDown, ArrowUp, OctagonMinus, Plus, X } from "lucide-react";
import { useId, useState } from "react";
import { useText } from "../../../shared/i18n/text";
import { IconButton } from "../../../shared/ui/overlay";
import { valueLabel, valueName, withText } from "../api/field_draft";
import type { DraftPart } from "./field_dialog";

/** The values of a choice, in their order, each with what it is called. */
export function ValueList({ draft, change, refusal }: DraftPart) {
  const { t, language } = useText();
  const [added, setAdded] = useState("");
  const noteId = useId();
  const error = refusal("field.values");
  const call = (value: string, label: string) =>
    withText(draft.texts, language, (texts) => ({ ...texts, values: { ...texts.values, [value]: label } }));
  const add = () => {
    const label = added.trim();
    if (label === "") return;
    const value = valueName(label, draft.values);
    change({ values: [...draft.values, value], texts: call(value, label) });
    setAdded("");
  };
  const move = (index: number, by: number) => {
    const values = [...draft.values];
    const [moved] = values.splice(index, 1);
    if (moved !== undefined) values.splice(index + by, 0, moved);
    change({ values });
  };
  return (
    <fieldset className="grid gap-1.5" aria-describedby={error ? noteId : undefined}>
      <legend className="mb-1.5 font-medium text-sm">{t("fields.values")}</legend>
      {draft.values.map((value, index) => {
        const label = valueLabel(draft.texts, value, language);
        return (
          <div key={value} className="flex items-center gap-1">
            <input
              className="control min-w-0 flex-1"
              aria-label={t("fields.value_label", { value })}
              maxLength={100}
              value={draft.texts[language]?.values?.[value] ?? label}
              onChange={(event) => change({ texts: call(value, event.target.value) })}
            />
            <IconButton
              label={t("fields.move_up", { field: label })}
              disabled={index === 0}
              onClick={() => move(index, -1)}
            >
              <ArrowUp size={15} aria-hidden="true" />
            </IconButton>
            <IconButton
              label={t("fields.move_down", { field: label })}
              disabled={index === draft.values.length - 1}
              onClick={() => move(index, 1)}
            >
              <ArrowDown size={15} aria-hidden="true" />
            </IconButton>
            <IconButton
              label={t("fields.value_remove", { value: label })}
              onClick={() => change({ values: draft.values.filter((one) => one !== value) })}
            >
              <X size={15} aria-hidden="true" />
            </IconButton>
          </div>
        );
      })}
      <div className="flex items-center gap-2">
        <input
          className="control min-w-0 flex-1"
          aria-label={t("fields.value_new")}
          aria-invalid={error ? true : undefined}
          placeholder={t("fields.value_new")}
          maxLength={100}
          value={added}
          onChange={(event) => setAdded(event.target.value)}
          onBlur={add}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            add();
          }}
        />
        <Button icon={<Plus size={15} aria-hidden="true" />} onClick={add} disabled={added.trim() === ""}>
          {t("fields.value_add")}
        </Button>
      </div>
      {error && (
        <p id={noteId} className="flex gap-1.5 text-danger-text text-sm">
          <OctagonMinus size={14} className="mt-0.5 shrink-0" aria-hidden="true" />
          {error}
        </p>
      )}
    </fieldset>
  );
}
