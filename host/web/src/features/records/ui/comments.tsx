import { Button, type EntityDefinition, type FileInfo } from "@opsflux/ui";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { useApp } from "../../../shared/api/app";
import { fileAddress } from "../../../shared/api/files";
import { entityKey } from "../../../shared/api/records";
import { request } from "../../../shared/api/request";
import { useText } from "../../../shared/i18n/text";
import { Avatar, photoAddress } from "../../../shared/ui/avatar";
import { FileMark } from "../../../shared/ui/file_mark";
import { FileLink } from "../../../shared/ui/file_value";
import { IconButton } from "../../../shared/ui/overlay";
import { RichText } from "../../../shared/ui/rich_text";
import { errorText, Failure } from "../../../shared/ui/states";
import { sayError } from "../../../shared/ui/toast";
import { useUploads } from "../api/uploads";
import { FileDrop } from "./file_drop";
import { ChosenFiles } from "./files_editor";

interface Comment {
  id: string;
  body: string | null;
  author: string | null;
  author_photo?: string | null;
  created_at: string;
  created_by: string | null;
  edited_at: string | null;
  deleted: boolean;
  files: FileInfo[];
}

/** What people say about a record, the oldest first, and a place to say more. */
export function Comments({ entity, id }: { entity: EntityDefinition; id: string }) {
  const text = useText();
  const client = useQueryClient();
  const path = `${entity.path}/${encodeURIComponent(id)}/comments`;
  // "activity" is refreshed when this record changes, and a comment is such a change.
  const queryKey = [...entityKey(entity.name), "activity", id, "comments"];
  const query = useQuery({
    queryKey,
    queryFn: async ({ signal }) => (await request<{ data: Comment[] }>(path, { signal })).data,
  });
  const remove = useMutation({
    mutationFn: (comment: string) => request<unknown>(`${path}/${comment}`, { method: "DELETE" }),
    onError: (error) => sayError(errorText(text, error)),
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
  if (query.error && !query.data)
    return <Failure error={query.error} className="px-0! py-0!" onRetry={() => void query.refetch()} />;
  const comments = (query.data ?? []).filter((comment) => !comment.deleted);
  return (
    <section aria-label={text.t("comments.title")} className="mb-6 grid gap-3">
      <h2 className="font-strong text-lg">{text.t("comments.title")}</h2>
      {query.data && comments.length === 0 && (
        <p className="text-text-3 text-xs">{text.t("comments.empty")}</p>
      )}
      <ul className="grid gap-3">
        {comments.map((comment) => (
          <Entry
            key={comment.id}
            {...{ entity, comment }}
            record={id}
            onDelete={() => remove.mutate(comment.id)}
          />
        ))}
      </ul>
      <WriteComment path={path} onSent={() => client.invalidateQueries({ queryKey })} />
    </section>
  );
}

interface EntryProps {
  entity: EntityDefinition;
  record: string;
  comment: Comment;
  onDelete: () => void;
}

function Entry({ entity, record, comment, onDelete }: EntryProps) {
  const { t, format } = useText();
  const { user } = useApp();
  const author = comment.author ?? t("comments.unknown");
  return (
    <li className="grid grid-cols-[auto_1fr_auto] items-start gap-2">
      <Avatar name={author} person photo={photoAddress(comment.created_by ?? "", comment.author_photo)} />
      <div className="min-w-0">
        <p className="text-text-3 text-xs">
          <span className="font-strong text-text">{author}</span>{" "}
          <time dateTime={comment.created_at} title={format.dateTime(comment.created_at)}>
            {format.ago(comment.created_at)}
          </time>
          {comment.edited_at && ` · ${t("comments.edited")}`}
        </p>
        <div className="break-words">
          <RichText value={comment.body ?? ""} />
        </div>
        <ul className="mt-1 grid gap-1.5 empty:hidden">
          {comment.files.map((file) => (
            <li key={file.id} className="flex min-w-0 items-center gap-2 text-sm">
              <FileMark file={file} address={fileAddress(entity, record, file.id, true)} />
              <FileLink entity={entity} record={record} file={file} />
            </li>
          ))}
        </ul>
      </div>
      {(comment.created_by === user.id || user.role === "administrator") && (
        <IconButton label={t("comments.delete")} onClick={onDelete}>
          <Trash2 size={14} aria-hidden="true" />
        </IconButton>
      )}
    </li>
  );
}

function WriteComment({ path, onSent }: { path: string; onSent: () => void }) {
  const text = useText();
  const id = useId();
  const [body, setBody] = useState("");
  const [files, setFiles] = useState<FileInfo[]>([]);
  const uploads = useUploads((file) => setFiles((all) => [...all, file]));
  const named = files.length > 0 ? files.map((file) => file.id) : undefined;
  const send = useMutation({
    mutationFn: () => request<unknown>(path, { method: "POST", body: { body, files: named } }),
    onSuccess: () => {
      setBody("");
      setFiles([]);
      onSent();
    },
    onError: (error) => sayError(errorText(text, error)),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (body.trim() !== "") send.mutate();
  };
  return (
    <form onSubmit={submit} className="grid gap-2">
      <label htmlFor={id} className="sr-only">
        {text.t("comments.write")}
      </label>
      <textarea
        id={id}
        rows={2}
        maxLength={10_000}
        className="control h-auto! py-2"
        placeholder={text.t("comments.write")}
        value={body}
        onChange={(event) => setBody(event.target.value)}
      />
      <FileDrop uploads={uploads} label={text.t("attachments.add")} multiple>
        <ChosenFiles
          files={files}
          onRemove={(gone) => setFiles((all) => all.filter((file) => file.id !== gone))}
        />
      </FileDrop>
      <div>
        <Button type="submit" disabled={body.trim() === "" || send.isPending}>
          {text.t("comments.send")}
        </Button>
      </div>
    </form>
  );
}
