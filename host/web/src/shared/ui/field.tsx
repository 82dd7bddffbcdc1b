import { classNames } from "@opsflux/ui";
import { OctagonMinus } from "lucide-react";
import { type ReactNode, useId } from "react";
import { useText } from "../i18n/text";

export interface FieldIds {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
  "aria-required": true | undefined;
}

export interface FieldProps {
  label: string;
  help?: string;
  error?: string;
  optional?: boolean;
  required?: boolean;
  className?: string;
  /** Draws the control with the ids that tie it to its label, help and error. */
  children: (ids: FieldIds) => ReactNode;
}

/** For controls that are a group, which no label element can name. */
export const labelId = (id: string) => `${id}-label`;

/** A label above, the control, help below; an error takes the place of the help. */
export function Field({ label, help, error, optional, required, className, children }: FieldProps) {
  const { t } = useText();
  const id = useId();
  const noteId = `${id}-note`;
  return (
    <div className={classNames("grid gap-1.5", className)}>
      <label id={labelId(id)} htmlFor={id} className="font-medium text-sm">
        {label}
        {optional && <span className="font-regular text-text-3"> {t("form.optional")}</span>}
      </label>
      {children({
        id,
        "aria-describedby": error || help ? noteId : undefined,
        "aria-invalid": error ? true : undefined,
        "aria-required": required || undefined,
      })}
      {error ? (
        <p id={noteId} className="flex gap-1.5 text-danger-text text-sm">
          <OctagonMinus size={14} className="mt-0.5 shrink-0" aria-hidden="true" />
          {error}
        </p>
      ) : (
        help && (
          <p id={noteId} className="text-text-3 text-xs">
            {help}
          </p>
        )
      )}
    </div>
  );
}
