import type { EntityDefinition, RecordData } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { Navigate } from "react-router";
import { recordPath } from "../../../shared/api/app";
import { recordQuery } from "../../../shared/api/records";
import { titleOf } from "../../../shared/api/title";
import { entityWord } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { PageSkeleton, Waiting } from "../../../shared/ui/skeleton";
import { Failure } from "../../../shared/ui/states";
import { useEntityCrumbs } from "./entity_crumbs";
import { RecordForm } from "./record_form";

export interface FormPageProps {
  entity: EntityDefinition;
  /** Without it a new record is made. */
  id?: string;
}

export function FormPage({ entity, id }: FormPageProps) {
  return id === undefined ? <NewForm entity={entity} /> : <EditForm entity={entity} id={id} />;
}

function NewForm({ entity }: { entity: EntityDefinition }) {
  const text = useText();
  const title = entityWord(text, entity, "new");
  useEntityCrumbs(entity, [{ label: title }]);
  return <RecordForm entity={entity} title={title} record={undefined} />;
}

function EditForm({ entity, id }: { entity: EntityDefinition; id: string }) {
  const text = useText();
  // The values the form starts from must not change under the user's hands; saving tells of a conflict.
  const query = useQuery({ ...recordQuery(entity, id), refetchOnWindowFocus: false });
  const record: RecordData | undefined = query.data;
  const name = record ? titleOf(entity, record) : entityWord(text, entity, "one");
  useEntityCrumbs(entity, [{ label: name, to: recordPath(entity, id) }, { label: text.t("action.edit") }]);
  if (query.isPending)
    return (
      <Waiting what={entityWord(text, entity, "one")}>
        <PageSkeleton />
      </Waiting>
    );
  if (record?.deleted_at) return <Navigate to={recordPath(entity, id)} replace />;
  if (!record) return <Failure page error={query.error} onRetry={() => void query.refetch()} />;
  return <RecordForm entity={entity} title={text.t("form.edit_title", { name })} record={record} />;
}
