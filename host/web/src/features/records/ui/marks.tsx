import type { EntityDefinition, RecordData } from "@opsflux/ui";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Bell, Star } from "lucide-react";
import { entityKey } from "../../../shared/api/records";
import { request } from "../../../shared/api/request";
import { useText } from "../../../shared/i18n/text";
import { IconButton } from "../../../shared/ui/overlay";
import { errorText } from "../../../shared/ui/states";
import { sayError } from "../../../shared/ui/toast";

interface Around {
  favourite: boolean;
  followed: boolean;
}

/** Whether this person follows the record and has it among the favourites; nothing where that cannot be told. */
export function Marks({ entity, record }: { entity: EntityDefinition; record: RecordData }) {
  const text = useText();
  const client = useQueryClient();
  const path = `${entity.path}/${encodeURIComponent(record.id)}`;
  const queryKey = [...entityKey(entity.name), "around", record.id];
  const around = useQuery({
    queryKey,
    queryFn: ({ signal }) => request<Around>(`${path}/around`, { signal }),
  }).data;
  const mark = useMutation({
    mutationFn: ({ name, on }: { name: "favourite" | "follow"; on: boolean }) =>
      request<unknown>(`${path}/${name}`, { method: on ? "PUT" : "DELETE" }),
    onError: (error) => sayError(errorText(text, error)),
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
  if (!around) return null;
  const { favourite, followed } = around;
  return (
    <>
      <IconButton
        edged
        label={text.t("record.favourite")}
        aria-pressed={favourite}
        onClick={() => mark.mutate({ name: "favourite", on: !favourite })}
      >
        <Star size={16} aria-hidden="true" fill={favourite ? "currentColor" : "none"} />
      </IconButton>
      <IconButton
        edged
        label={text.t("record.follow")}
        aria-pressed={followed}
        onClick={() => mark.mutate({ name: "follow", on: !followed })}
      >
        <Bell size={16} aria-hidden="true" fill={followed ? "currentColor" : "none"} />
      </IconButton>
    </>
  );
}
