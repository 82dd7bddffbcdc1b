import type { FileInfo } from "@opsflux/ui";
import { X } from "lucide-react";
import { useRef } from "react";
import { filesOf } from "../../../shared/api/files";
import { useText } from "../../../shared/i18n/text";
import { FileMark } from "../../../shared/ui/file_mark";
import { IconButton } from "../../../shared/ui/overlay";
import { useUploads } from "../api/uploads";
import type { FieldEditorProps } from "./field_editor";
import { FileDrop } from "./file_drop";

const pictures = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/** One file or several: each with a cross, and a place for the next. They are uploaded at once, and belong to the record with its saving. */
export function FilesEditor({ ids, field, value, files, onChange }: FieldEditorProps) {
  const text = useText();
  const several = field.type === "files";
  const chosen = filesOf(files, field, value);
  const named = chosen.map((file) => file.id);
  // Two files may arrive before the form is drawn again.
  const latest = useRef(named);
  latest.current = named;
  const take = (file: FileInfo) => {
    latest.current = several ? [...latest.current, file.id] : [file.id];
    onChange(several ? latest.current : file.id);
  };
  const uploads = useUploads(take, (file) => {
    const max = field.max_size;
    if (max === undefined || file.size <= max) return undefined;
    const [size, most] = [text.format.bytes(file.size), text.format.bytes(max)];
    return new Error(text.t("files.too_big", { name: file.name, size, max: most }));
  });
  const full = several && field.max_items !== undefined && named.length >= field.max_items;
  const remove = (id: string) => {
    const left = named.filter((other) => other !== id);
    onChange(several && left.length > 0 ? left : null);
  };
  const accept = field.accept ?? (field.type === "image" ? pictures : undefined);
  return (
    <FileDrop
      uploads={uploads}
      ids={ids as unknown as Record<string, unknown>}
      label={text.t(several ? "files.choose_more" : "files.choose")}
      multiple={several}
      accept={accept}
      disabled={field.read_only || full}
    >
      <ChosenFiles files={chosen} onRemove={field.read_only ? undefined : remove} />
    </FileDrop>
  );
}

/** Files that were uploaded, each with a cross. */
export function ChosenFiles({
  files,
  onRemove,
}: {
  files: FileInfo[];
  onRemove: ((id: string) => void) | undefined;
}) {
  const text = useText();
  return (
    <ul className="grid gap-1.5 empty:hidden">
      {files.map((file) => (
        <li key={file.id} className="flex items-center gap-2 text-sm">
          <FileMark file={file} />
          <span className="min-w-0 flex-1 truncate">
            {file.name || text.t("files.uploaded")}{" "}
            {file.size > 0 && <span className="text-text-3 text-xs">{text.format.bytes(file.size)}</span>}
          </span>
          {onRemove && (
            <IconButton
              type="button"
              label={text.t("files.remove", { name: file.name })}
              onClick={() => onRemove(file.id)}
            >
              <X size={14} aria-hidden="true" />
            </IconButton>
          )}
        </li>
      ))}
    </ul>
  );
}
