import type { EntityDefinition, RecordData } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { Bell, Star } from "lucide-react";
import { useText } from "../../../shared/i18n/text";
import { IconButton } from "../../../shared/ui/overlay";
import { errorText } from "../../../shared/ui/states";
import { sayError } from "../../../shared/ui/toast";
import { aroundQuery, useChangeAround } from "../api/around";

/** Whether this person follows the record and has it among the favourites; nothing where that cannot be told. */
export function Marks({ entity, record }: { entity: EntityDefinition; record: RecordData }) {
  const text = useText();
  const around = useQuery(aroundQuery(entity, record.id)).data;
  const change = useChangeAround(entity, record.id);
  if (!around) return null;
  const { favourite, followed } = around;
  const mark = (path: "favourite" | "follow", on: boolean) =>
    change.mutate(
      { method: on ? "PUT" : "DELETE", path },
      { onError: (error) => sayError(errorText(text, error)) },
    );
  return (
    <>
      <IconButton
        edged
        label={text.t("record.favourite")}
        aria-pressed={favourite}
        onClick={() => mark("favourite", !favourite)}
      >
        <Star size={16} aria-hidden="true" fill={favourite ? "currentColor" : "none"} />
      </IconButton>
      <IconButton
        edged
        label={text.t("record.follow")}
        aria-pressed={followed}
        onClick={() => mark("follow", !followed)}
      >
        <Bell size={16} aria-hidden="true" fill={followed ? "currentColor" : "none"} />
      </IconButton>
    </>
  );
}
