import { Button, Gauge } from "@opsflux/ui";
import { OctagonMinus, Paperclip, X } from "lucide-react";
import { type ReactNode, type RefObject, useEffect, useRef } from "react";
import { ApiError } from "../../../shared/api/api_error";
import { useText } from "../../../shared/i18n/text";
import { DropArea } from "../../../shared/ui/drop_area";
import { IconButton } from "../../../shared/ui/overlay";
import { errorText } from "../../../shared/ui/states";
import { sayError } from "../../../shared/ui/toast";
import type { Sending, Uploads } from "../api/uploads";

export interface FileDropProps {
  uploads: Uploads;
  /** On the button. */
  label: string;
  hint?: string;
  multiple?: boolean;
  accept?: string[];
  disabled?: boolean;
  /** Of the button, which stands for the field of a form. */
  ids?: Record<string, unknown>;
  children?: ReactNode;
}

/** A form is not sent while a file for it still is: what is saved would lack it. */
function useFormWaits(inside: RefObject<HTMLElement | null>, name: string | undefined) {
  const { t } = useText();
  const message = name === undefined ? undefined : t("files.wait", { name });
  useEffect(() => {
    const form = inside.current?.closest("form");
    if (!form || message === undefined) return;
    const hold = (event: Event) => {
      event.preventDefault();
      event.stopPropagation();
      sayError(message);
    };
    form.addEventListener("submit", hold, true);
    return () => form.removeEventListener("submit", hold, true);
  }, [inside, message]);
}

/** Takes files that are dropped or chosen, and shows how far those are that are sent. */
export function FileDrop({ uploads, label, hint, multiple, accept, disabled, ids, children }: FileDropProps) {
  const inside = useRef<HTMLDivElement>(null);
  useFormWaits(inside, uploads.sending.find((one) => one.error === undefined)?.name);
  return (
    <DropArea plain multiple={multiple} accept={accept?.join(",")} disabled={disabled} onFiles={uploads.send}>
      {(choose) => (
        <div ref={inside} className="grid gap-2">
          {children}
          {uploads.sending.map((one) => (
            <SendingLine key={one.key} sending={one} onDismiss={() => uploads.dismiss(one.key)} />
          ))}
          <div className="flex flex-wrap items-center gap-2">
            <Button type="button" {...ids} disabled={disabled} onClick={choose}>
              <Paperclip size={15} aria-hidden="true" />
              {label}
            </Button>
            {hint && <p className="text-text-3 text-xs touch:hidden">{hint}</p>}
          </div>
        </div>
      )}
    </DropArea>
  );
}

function SendingLine({ sending, onDismiss }: { sending: Sending; onDismiss: () => void }) {
  const text = useText();
  const { name, share, error } = sending;
  if (error !== undefined)
    return (
      <p role="alert" className="flex items-start gap-2 text-danger-text text-sm">
        <OctagonMinus size={15} className="mt-0.5 shrink-0" aria-hidden="true" />
        <span className="min-w-0 flex-1 break-words">
          {error instanceof Error && !(error instanceof ApiError) ? error.message : errorText(text, error)}
        </span>
        <IconButton label={text.t("files.dismiss", { name })} onClick={onDismiss}>
          <X size={14} aria-hidden="true" />
        </IconButton>
      </p>
    );
  return (
    <div className="flex items-center gap-2 text-sm">
      <span role="status" className="min-w-0 flex-1 truncate">
        {text.t("files.sending", { name })}
      </span>
      <Gauge value={share} max={1} notches={10} className="touch:hidden" />
      <span className="w-10 text-right text-text-3 text-xs">
        {text.format.percent(Math.round(share * 100) / 100)}
      </span>
      <IconButton label={text.t("files.stop", { name })} onClick={sending.stop}>
        <X size={14} aria-hidden="true" />
      </IconButton>
    </div>
  );
}
