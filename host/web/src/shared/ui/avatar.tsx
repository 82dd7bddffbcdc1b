import { classNames } from "@opsflux/ui";
import { useState } from "react";

export function initials(name: string): string {
  const words = name.split(/[\s'’.@-]+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const [first = "", second = ""] = words;
  return (second ? first.charAt(0) + second.charAt(0) : first.slice(0, 2)).toUpperCase();
}

/** The same name has the same hue everywhere; hues are far enough apart to tell neighbours apart. */
function hue(name: string): number {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 3600;
  return (Math.floor(sum / 100) % 12) * 30 + 20;
}

const sizes = {
  xs: "size-5 text-[8px]",
  sm: "size-6 text-[9px]",
  md: "size-7 text-2xs",
  lg: "size-10 text-lg rounded-card",
  xl: "size-13 text-xl rounded-card",
};

export interface AvatarProps {
  name: string;
  size?: keyof typeof sizes;
  /** People are round, things are square. */
  person?: boolean;
  className?: string;
  /** The address of a picture; see photoAddress(). */
  photo?: string;
}

/** Where a person's photo is; undefined where there is none. Another photo has another address. */
export function photoAddress(person: string, file: unknown): string | undefined {
  if (typeof file !== "string" || file === "") return undefined;
  return `/api/v1/identity/users/${encodeURIComponent(person)}/photo?v=${encodeURIComponent(file)}`;
}

/** Initials on a ground of the name's own hue. The name always stands beside it, so that it is hidden from readers. */
export function Avatar({ name, size = "xs", person, className, photo }: AvatarProps) {
  const [failed, setFailed] = useState<string>();
  const round = person ? "rounded-full!" : size === "lg" || size === "xl" ? "" : "rounded-tag";
  if (photo && failed !== photo)
    return (
      <img
        src={photo}
        alt=""
        aria-hidden="true"
        onError={() => setFailed(photo)}
        className={classNames("inline-block shrink-0 object-cover", sizes[size], round, className)}
      />
    );
  return (
    <span
      aria-hidden="true"
      data-initials={initials(name)}
      style={{ "--h": hue(name) } as React.CSSProperties}
      className={classNames(
        "avatar-ground inline-grid before:content-[attr(data-initials)] shrink-0 place-items-center font-strong leading-none select-none",
        sizes[size],
        round,
        className,
      )}
    />
  );
}
