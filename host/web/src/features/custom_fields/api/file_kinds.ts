import type { FieldType } from "@opsflux/ui";

export type FileKind =
  | "pdf"
  | "images"
  | "documents"
  | "sheets"
  | "slides"
  | "texts"
  | "sounds"
  | "videos"
  | "archives"
  | "png"
  | "jpeg"
  | "gif"
  | "webp";

const office = "application/vnd.openxmlformats-officedocument.";
const open = "application/vnd.oasis.opendocument.";

/** What people mean by a kind of file, in media types. */
const mediaTypes: Record<FileKind, string[]> = {
  pdf: ["application/pdf"],
  images: ["image/*"],
  documents: [`${office}wordprocessingml.document`, `${open}text`, "application/msword", "application/rtf"],
  sheets: [`${office}spreadsheetml.sheet`, `${open}spreadsheet`, "application/vnd.ms-excel", "text/csv"],
  slides: [`${office}presentationml.presentation`, `${open}presentation`, "application/vnd.ms-powerpoint"],
  texts: ["text/plain"],
  sounds: ["audio/*"],
  videos: ["video/*"],
  archives: ["application/zip"],
  png: ["image/png"],
  jpeg: ["image/jpeg"],
  gif: ["image/gif"],
  webp: ["image/webp"],
};

const kindsOfFiles: FileKind[] = [
  "pdf",
  "images",
  "documents",
  "sheets",
  "slides",
  "texts",
  "sounds",
  "videos",
  "archives",
];
const kindsOfImages: FileKind[] = ["png", "jpeg", "gif", "webp"];

export const isFileType = (type: FieldType) => type === "file" || type === "files" || type === "image";

/** What can be ticked for a type of field. */
export const kindsFor = (type: FieldType) => (type === "image" ? kindsOfImages : kindsOfFiles);

export interface Accepted {
  kinds: FileKind[];
  /** Media types that are no kind, as typed. */
  others: string;
}

export const anyFile: Accepted = { kinds: [], others: "" };

export function acceptedOf(type: FieldType, accept: string[] | undefined): Accepted {
  const given = accept ?? [];
  const kinds = kindsFor(type).filter((kind) => mediaTypes[kind].every((one) => given.includes(one)));
  const known = new Set(kinds.flatMap((kind) => mediaTypes[kind]));
  return { kinds, others: given.filter((one) => !known.has(one)).join(", ") };
}

/** Each media type once; none: all files are taken. */
export function mediaTypesOf({ kinds, others }: Accepted): string[] {
  const typed = others.toLowerCase().split(/[\s,;]+/);
  const all = [...kinds.flatMap((kind) => mediaTypes[kind]), ...typed.filter((one) => one !== "")];
  return [...new Set(all)];
}
