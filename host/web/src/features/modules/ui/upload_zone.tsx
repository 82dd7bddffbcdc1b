import { Button, classNames, Gauge } from "@opsflux/ui";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { FileArchive, Upload } from "lucide-react";
import { type DragEvent, type ReactNode, type RefObject, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { type Plan, planQuery } from "../../../shared/api/modules";
import { upload } from "../../../shared/api/request";
import { useText } from "../../../shared/i18n/text";
import { Failure } from "../../../shared/ui/states";

interface Sending {
  name: string;
  size: number;
  /** 0 to 1; at 1 the server checks the package. */
  share: number;
  stop: AbortController;
}

/** Sends a package; what comes back is its plan, which is then shown. */
function useSendPackage() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [sending, setSending] = useState<Sending>();
  const mutation = useMutation({
    mutationFn: (file: File) => {
      const stop = new AbortController();
      const state = { name: file.name, size: file.size, stop };
      setSending({ ...state, share: 0 });
      return upload<Plan>("/api/v1/modules", file, (share) => setSending({ ...state, share }), stop.signal);
    },
    onSuccess: (plan) => {
      client.setQueryData(planQuery(plan.digest).queryKey, plan);
      void navigate(`/system/modules/plans/${encodeURIComponent(plan.digest)}`);
    },
    onSettled: () => setSending(undefined),
  });
  return { sending, send: mutation.mutate, error: mutation.error };
}

export interface UploadZoneProps {
  /** The page's own button opens the file choice through this. */
  inputRef: RefObject<HTMLInputElement | null>;
  children?: ReactNode;
}

export function UploadZone({ inputRef, children }: UploadZoneProps) {
  const { t } = useText();
  const { sending, send, error } = useSendPackage();
  const [over, setOver] = useState(false);
  const depth = useRef(0);
  const enter = (by: number) => {
    depth.current += by;
    setOver(depth.current > 0);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    depth.current = 0;
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file && !sending) send(file);
  };
  const stopped = error instanceof DOMException && error.name === "AbortError";
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button is the first
    <div
      onDragEnter={() => enter(1)}
      onDragLeave={() => enter(-1)}
      onDragOver={(event) => event.preventDefault()}
      onDrop={drop}
      className={classNames(
        "rounded-card border border-line-control border-dashed px-4 py-3 transition-colors",
        over ? "border-accent bg-accent-soft" : "bg-subtle",
        !sending && !error && "touch:border-0 touch:p-0 touch:[&>div]:hidden",
      )}
    >
      <input
        ref={inputRef}
        type="file"
        accept=".zip,application/zip"
        className="sr-only"
        tabIndex={-1}
        aria-label={t("modules.choose_file")}
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (file) send(file);
        }}
      />
      {sending ? <SendingLine sending={sending} /> : <DropHint onChoose={() => inputRef.current?.click()} />}
      {error && !stopped && !sending && (
        <Failure error={error} title={t("modules.upload_refused")} className="max-w-none! px-0! pt-3 pb-0" />
      )}
      {children}
    </div>
  );
}

function DropHint({ onChoose }: { onChoose: () => void }) {
  const { t } = useText();
  return (
    <div className="flex flex-wrap items-center gap-3 text-body">
      <Upload size={18} className="text-text-3" aria-hidden="true" />
      <p className="min-w-0 flex-1 basis-48 text-text-2">{t("modules.drop")}</p>
      <Button onClick={onChoose}>{t("modules.choose_file")}</Button>
    </div>
  );
}

function SendingLine({ sending }: { sending: Sending }) {
  const { t, format } = useText();
  const arrived = sending.share >= 1;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 text-body">
      <FileArchive size={18} className="text-accent-text" aria-hidden="true" />
      <div className="min-w-0 flex-1 basis-48">
        <p className="truncate">
          <strong>{sending.name}</strong> <span className="text-text-3">{format.bytes(sending.size)}</span>
        </p>
        <p role="status" className="text-sm text-text-2">
          {arrived ? t("modules.checking") : t("modules.sending")}
        </p>
      </div>
      <Gauge value={sending.share} max={1} notches={20} className="touch:hidden" />
      <span className="w-12 text-right font-strong">
        {format.percent(Math.round(sending.share * 100) / 100)}
      </span>
      <Button onClick={() => sending.stop.abort()}>{t("modules.stop_upload")}</Button>
    </div>
  );
}
