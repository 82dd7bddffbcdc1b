import type { EntityDefinition, FieldDefinition, FileInfo, RecordData } from "@opsflux/ui";
import type { MouseEvent } from "react";
import { fileAddress, filesOf, opensInline, saveFile } from "../api/files";
import { useText } from "../i18n/text";
import { FileMark } from "./file_mark";
import { errorText } from "./states";
import { sayError } from "./toast";

export interface FileLinkProps {
  entity: EntityDefinition;
  record: string;
  file: FileInfo;
}

/** Opens what a browser can show in a page of its own, and saves what else there is. */
export function FileLink({ entity, record, file }: FileLinkProps) {
  const text = useText();
  const opened = opensInline(file);
  const address = fileAddress(entity, record, file.id, opened);
  const save = (event: MouseEvent) => {
    if (opened || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    saveFile(address, file.name).catch((error: unknown) => sayError(errorText(text, error)));
  };
  return (
    <a
      href={address}
      target={opened ? "_blank" : undefined}
      rel={opened ? "noopener" : undefined}
      onClick={save}
      className="page-link break-words"
    >
      {file.name || text.t("files.uploaded")}
    </a>
  );
}

export interface FileValueProps {
  entity: EntityDefinition;
  field: FieldDefinition;
  record: RecordData;
  plain?: boolean;
  short?: boolean;
}

/** The files that a field names. */
export function FileValue({ entity, field, record, plain, short }: FileValueProps) {
  const text = useText();
  const files = filesOf(record._files, field, record[field.name]);
  const address = (file: FileInfo) => fileAddress(entity, record.id, file.id, true);
  if (plain || short) {
    const names = files.map((file) => file.name || text.t("files.uploaded")).join(", ");
    const [first] = files;
    if (field.type !== "image" || !first) return names;
    return (
      <span className="inline-flex max-w-full items-center gap-2">
        <FileMark file={first} address={address(first)} />
        <span className="truncate">{names}</span>
      </span>
    );
  }
  return (
    <ul className="grid gap-1.5">
      {files.map((file) => (
        <li key={file.id} className="flex min-w-0 items-center gap-2.5">
          <FileMark file={file} address={address(file)} large={field.type === "image"} />
          <span className="min-w-0">
            <FileLink entity={entity} record={record.id} file={file} />
            {file.size > 0 && (
              <span className="block text-text-3 text-xs">{text.format.bytes(file.size)}</span>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
