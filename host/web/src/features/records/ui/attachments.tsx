import { Button, type EntityDefinition, type FileInfo, type RecordData } from "@opsflux/ui";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { fileAddress } from "../../../shared/api/files";
import { entityKey } from "../../../shared/api/records";
import { request } from "../../../shared/api/request";
import { useText } from "../../../shared/i18n/text";
import { FileMark } from "../../../shared/ui/file_mark";
import { FileLink } from "../../../shared/ui/file_value";
import { Dialog, IconButton } from "../../../shared/ui/overlay";
import { errorText, Failure } from "../../../shared/ui/states";
import { say, sayError } from "../../../shared/ui/toast";
import { useUploads } from "../api/uploads";
import { FileDrop } from "./file_drop";

interface Attachment extends FileInfo {
  created_at: string;
  author: string | null;
}

interface AttachmentsProps {
  entity: EntityDefinition;
  record: RecordData;
}

function useAttachments({ entity, record }: AttachmentsProps) {
  const client = useQueryClient();
  const path = `${entity.path}/${encodeURIComponent(record.id)}/attachments`;
  // "activity" is refreshed when this record changes, and an attachment is such a change.
  const queryKey = [...entityKey(entity.name), "activity", record.id, "attachments"];
  const refresh = () => client.invalidateQueries({ queryKey });
  const query = useQuery({
    queryKey,
    queryFn: async ({ signal }) => (await request<{ data: Attachment[] }>(path, { signal })).data,
  });
  const attach = async (id: string) => {
    await request(path, { method: "POST", body: { files: [id] } });
    await refresh();
  };
  const remove = useMutation({
    mutationFn: (id: string) => request(`${path}/${id}`, { method: "DELETE" }),
    onSettled: refresh,
  });
  return { query, attach, remove };
}

/** Files that are pasted anywhere but into a text. */
function usePastedFiles(take: ((files: File[]) => void) | undefined) {
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      const typing =
        event.target instanceof Element && event.target.closest("input, textarea, [contenteditable]");
      if (files.length === 0 || typing || !latest.current) return;
      event.preventDefault();
      latest.current(files);
    };
    document.addEventListener("paste", paste);
    return () => document.removeEventListener("paste", paste);
  }, []);
}

/** The files that belong to a record without a field for them. */
export function Attachments({ entity, record }: AttachmentsProps) {
  const { t } = useText();
  const { query, attach, remove } = useAttachments({ entity, record });
  const [leaving, setLeaving] = useState<Attachment>();
  const uploads = useUploads((file) => attach(file.id));
  const editable = entity.rights.includes("edit") && !record.deleted_at;
  usePastedFiles(editable ? uploads.send : undefined);
  if (query.error && !query.data)
    return <Failure error={query.error} className="px-0! py-0!" onRetry={() => void query.refetch()} />;
  const list = query.data ?? [];
  if (!editable && list.length === 0) return null;
  const lines = (
    <ul className="grid gap-2 empty:hidden">
      {list.map((file) => (
        <Line
          key={file.id}
          {...{ entity, record, file }}
          onRemove={editable ? () => setLeaving(file) : undefined}
        />
      ))}
    </ul>
  );
  return (
    <section aria-label={t("attachments.title")} className="mb-6 grid gap-3">
      <h2 className="font-strong text-lg">{t("attachments.title")}</h2>
      {query.data && list.length === 0 && <p className="text-text-3 text-xs">{t("attachments.empty")}</p>}
      {editable ? (
        <FileDrop uploads={uploads} label={t("attachments.add")} hint={t("attachments.drop")} multiple>
          {lines}
        </FileDrop>
      ) : (
        lines
      )}
      {leaving && (
        <RemoveDialog
          file={leaving}
          onClose={() => setLeaving(undefined)}
          remove={remove}
          onUndo={() => attach(leaving.id)}
        />
      )}
    </section>
  );
}

interface LineProps extends AttachmentsProps {
  file: Attachment;
  onRemove: (() => void) | undefined;
}

function Line({ entity, record, file, onRemove }: LineProps) {
  const { t, format } = useText();
  return (
    <li className="flex items-center gap-2.5">
      <FileMark file={file} address={fileAddress(entity, record.id, file.id, true)} />
      <div className="min-w-0 flex-1 text-sm">
        <FileLink entity={entity} record={record.id} file={file} />
        <p className="text-text-3 text-xs">
          {format.bytes(file.size)}
          {file.author && ` · ${file.author}`} ·{" "}
          <time dateTime={file.created_at} title={format.dateTime(file.created_at)}>
            {format.ago(file.created_at)}
          </time>
        </p>
      </div>
      {onRemove && (
        <IconButton label={t("files.remove", { name: file.name })} onClick={onRemove}>
          <Trash2 size={14} aria-hidden="true" />
        </IconButton>
      )}
    </li>
  );
}

interface RemoveDialogProps {
  file: Attachment;
  onClose: () => void;
  remove: ReturnType<typeof useAttachments>["remove"];
  onUndo: () => Promise<unknown>;
}

function RemoveDialog({ file, onClose, remove, onUndo }: RemoveDialogProps) {
  const text = useText();
  const { t } = text;
  const { name } = file;
  const told = (error: unknown) => sayError(errorText(text, error));
  const confirm = () =>
    remove.mutate(file.id, {
      onSuccess: () => {
        onClose();
        say(t("attachments.removed", { name }), () => void onUndo().catch(told));
      },
      onError: told,
    });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("attachments.remove_title", { name })}
      description={t("attachments.remove_help")}
      foot={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="danger" busy={remove.isPending} onClick={confirm}>
            {t("files.remove", { name })}
          </Button>
        </>
      }
    />
  );
}
