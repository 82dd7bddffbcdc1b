import { type EntityDefinition, type RecordData, Tag } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { TagIcon } from "lucide-react";
import { useId, useState } from "react";
import { useText } from "../../../shared/i18n/text";
import { FormAlert } from "../../../shared/ui/form_alert";
import { Popover } from "../../../shared/ui/overlay";
import { errorText } from "../../../shared/ui/states";
import { type Around, aroundQuery, useChangeAround } from "../api/around";
import { TagsEditor } from "./tags_editor";

export interface RecordTagsProps {
  entity: EntityDefinition;
  record: RecordData;
  editable: boolean;
}

const mostTags = 50;

/** The tags that people gave the record, which any record may have; saved as they are typed. */
export function RecordTags({ entity, record, editable }: RecordTagsProps) {
  const text = useText();
  const { t } = text;
  const id = useId();
  const tags = useQuery(aroundQuery(entity, record.id)).data?.tags;
  const change = useChangeAround(entity, record.id);
  // What is typed does not wait for the server.
  const [typed, setTyped] = useState<string[]>();
  if (!tags || (tags.length === 0 && !editable)) return null;
  const save = (next: string[]) => {
    setTyped(next);
    const expect = (around: Around) => ({ ...around, tags: next });
    change.mutate(
      { method: "PUT", path: "tags", body: { tags: next }, expect },
      { onError: () => setTyped(undefined) },
    );
  };
  return (
    <div className="mt-1.5 flex flex-wrap items-center gap-1.5">
      {tags.length > 0 && (
        <ul aria-label={t("record.tags")} className="contents">
          {tags.map((tag) => (
            <li key={tag} className="inline-flex max-w-full">
              <Tag>{tag}</Tag>
            </li>
          ))}
        </ul>
      )}
      {editable && (
        <Popover
          label={t("record.edit_tags")}
          onOpenChange={() => setTyped(undefined)}
          className="w-80 max-w-[calc(100vw-24px)]"
          trigger={
            <button
              type="button"
              aria-label={t("record.edit_tags")}
              className="inline-flex h-6 items-center gap-1 rounded-tag px-1.5 text-sm text-text-3 hover:bg-muted hover:text-text touch:h-11 touch:px-3"
            >
              <TagIcon size={14} aria-hidden="true" />
              {tags.length === 0 && t("record.add_tag")}
            </button>
          }
        >
          <label htmlFor={id} className="mb-1.5 block font-medium text-sm">
            {t("record.tags")}
          </label>
          <TagsEditor
            autoFocus
            entity={entity}
            field={{ name: "_tags", type: "tags", max_items: mostTags }}
            ids={{
              id,
              "aria-describedby": undefined,
              "aria-invalid": undefined,
              "aria-required": undefined,
            }}
            value={typed ?? tags}
            onChange={(next) => save(next as string[])}
          />
          {change.error && (
            <div className="mt-2">
              <FormAlert>{errorText(text, change.error)}</FormAlert>
            </div>
          )}
        </Popover>
      )}
    </div>
  );
}
