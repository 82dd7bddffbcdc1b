import { Button, classNames } from "@opsflux/ui";
import { useQueryClient } from "@tanstack/react-query";
import { FileArchive, Upload } from "lucide-react";
import type { RefObject } from "react";
import { useNavigate } from "react-router";
import { type Plan, planQuery } from "../../../shared/api/modules";
import { useOneUpload } from "../../../shared/api/one_upload";
import { upload } from "../../../shared/api/request";
import { useText } from "../../../shared/i18n/text";
import { DropArea } from "../../../shared/ui/drop_area";
import { SendingFile } from "../../../shared/ui/sending_file";
import { Failure } from "../../../shared/ui/states";

/** Sends a package; what comes back is its plan, which is then shown. */
function useSendPackage() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useOneUpload(
    (file, onProgress, signal) => upload<Plan>("/api/v1/modules", file, onProgress, signal),
    (plan) => {
      client.setQueryData(planQuery(plan.digest).queryKey, plan);
      void navigate(`/system/modules/plans/${encodeURIComponent(plan.digest)}`);
    },
  );
}

export interface UploadZoneProps {
  /** The page's own button opens the file choice through this. */
  inputRef: RefObject<HTMLInputElement | null>;
}

export function UploadZone({ inputRef }: UploadZoneProps) {
  const { t } = useText();
  const { sending, send, error } = useSendPackage();
  const quiet = !sending && !error;
  return (
    <DropArea
      inputRef={inputRef}
      accept=".zip,application/zip"
      disabled={sending !== undefined}
      onFiles={([file]) => file && send(file)}
      className={classNames("px-4 py-3", quiet && "touch:border-0 touch:p-0 touch:[&>div]:hidden")}
    >
      {(choose) => (
        <>
          {sending ? (
            <SendingFile
              sending={sending}
              icon={<FileArchive size={18} aria-hidden="true" />}
              then={t("modules.checking")}
            />
          ) : (
            <DropHint onChoose={choose} />
          )}
          {error && !sending && (
            <Failure
              error={error}
              title={t("modules.upload_refused")}
              className="max-w-none! px-0! pt-3 pb-0"
            />
          )}
        </>
      )}
    </DropArea>
  );
}

function DropHint({ onChoose }: { onChoose: () => void }) {
  const { t } = useText();
  return (
    <div className="flex flex-wrap items-center gap-3 text-body">
      <Upload size={18} className="text-text-3" aria-hidden="true" />
      <p className="min-w-0 flex-1 basis-48 text-text-2">{t("modules.drop")}</p>
      <Button onClick={onChoose}>{t("files.choose")}</Button>
    </div>
  );
}
