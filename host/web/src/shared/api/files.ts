import type { EntityDefinition, FieldDefinition, FileInfo, RecordData } from "@opsflux/ui";
import { request, upload } from "./request";

/** Where the content of a file of a record is. `inline`: pictures and PDF are opened instead of saved. */
export function fileAddress(entity: EntityDefinition, record: string, file: string, inline = false): string {
  const path = `${entity.path}/${encodeURIComponent(record)}/files/${encodeURIComponent(file)}`;
  return inline ? `${path}?inline=true` : path;
}

/** What the record tells of the files that a field names, in their order. */
export function filesOf(
  files: RecordData["_files"],
  field: Pick<FieldDefinition, "name">,
  value: unknown,
): FileInfo[] {
  const told = [files?.[field.name] ?? []].flat();
  return [value ?? []]
    .flat()
    .map(String)
    .map((id) => told.find((file) => file.id === id) ?? sent.get(id) ?? unknownFile(id));
}

const unknownFile = (id: string): FileInfo => ({
  id,
  name: "",
  type: "",
  size: 0,
  width: null,
  height: null,
});

/** What was uploaded on this page, and may not be named by a record yet. */
const sent = new Map<string, FileInfo>();

/** Uploads a file, which belongs to no record until one names it. */
export async function sendFile(
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<FileInfo> {
  const path = `/api/v1/files?${new URLSearchParams({ file_name: file.name })}`;
  const type = file.type || "application/octet-stream";
  const made = await upload<FileInfo>(path, file, onProgress, signal, type);
  sent.set(made.id, made);
  return made;
}

/** Lets the browser save a file; asks first whether it may, so that a refusal is told on the page. */
export async function saveFile(address: string, name: string): Promise<void> {
  // A refused HEAD has no body to say why.
  await request(address, { method: "HEAD" }).catch(() => request(address));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
}

const pictures = ["image/png", "image/jpeg", "image/gif", "image/webp"];
/** Larger ones are not read only to be shown small. */
const largestThumbnail = 3_000_000;

export function hasThumbnail(file: FileInfo): boolean {
  return pictures.includes(file.type) && file.size <= largestThumbnail;
}

export function opensInline(file: FileInfo): boolean {
  return pictures.includes(file.type) || file.type === "application/pdf";
}
