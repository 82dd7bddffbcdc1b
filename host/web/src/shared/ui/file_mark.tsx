import { classNames, type FileInfo } from "@opsflux/ui";
import {
  File,
  FileArchive,
  FileAudio,
  FileImage,
  FileSpreadsheet,
  FileText,
  FileVideo,
  type LucideIcon,
} from "lucide-react";
import { useState } from "react";
import { hasThumbnail } from "../api/files";

const kinds: [RegExp, LucideIcon][] = [
  [/^image\//, FileImage],
  [/^video\//, FileVideo],
  [/^audio\//, FileAudio],
  [/zip|compressed|gzip|x-tar|rar/, FileArchive],
  [/spreadsheet|excel|csv/, FileSpreadsheet],
  [/^text\/|pdf|word|opendocument|rtf/, FileText],
];

export interface FileMarkProps {
  file: FileInfo;
  /** Where its content is; without it there is only an icon. */
  address?: string;
  large?: boolean;
}

/** A small picture of a picture, an icon for what else it is. */
export function FileMark({ file, address, large }: FileMarkProps) {
  const [broken, setBroken] = useState(false);
  const Icon = kinds.find(([pattern]) => pattern.test(file.type))?.[1] ?? File;
  return (
    <span
      className={classNames(
        "grid shrink-0 place-items-center overflow-hidden rounded-tag border border-line bg-subtle text-text-3",
        large ? "size-20" : "size-8",
      )}
    >
      {address !== undefined && hasThumbnail(file) && !broken ? (
        <img
          src={address}
          alt=""
          loading="lazy"
          decoding="async"
          className="size-full object-cover"
          onError={() => setBroken(true)}
        />
      ) : (
        <Icon size={large ? 24 : 16} aria-hidden="true" />
      )}
    </span>
  );
}
