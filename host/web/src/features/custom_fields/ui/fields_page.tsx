import { Button, type EntityDefinition } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { Plus, TextCursorInput } from "lucide-react";
import { useState } from "react";
import { useApp } from "../../../shared/api/app";
import { entityWord } from "../../../shared/i18n/entity_text";
import { type Text, useText } from "../../../shared/i18n/text";
import { useAddress } from "../../../shared/ui/address";
import { PageBody, PageHead, useCrumbs } from "../../../shared/ui/page";
import { RowSkeletons, Waiting } from "../../../shared/ui/skeleton";
import { Failure, Notice } from "../../../shared/ui/states";
import { type CustomField, customFieldsQuery } from "../api/custom_fields";
import { FieldDialog } from "./field_dialog";
import { FieldTable } from "./field_table";
import { RemovedFields } from "./removed_fields";

/** The fields that administrators add to entities. */
export function FieldsPage() {
  const text = useText();
  const { t } = text;
  const { entities } = useApp();
  const fields = useQuery(customFieldsQuery);
  const [address, change] = useAddress();
  const [edited, setEdited] = useState<CustomField | "new" | null>(null);
  const ordered = byName(text, entities);
  const entity = entities.find((one) => one.name === address.get("entity")) ?? ordered[0];
  useCrumbs([{ label: t("nav.group.system") }, { label: t("fields.title") }]);
  if (!entity) return null;
  return (
    <PageBody>
      <PageHead
        title={t("fields.title")}
        subtitle={t("fields.subtitle")}
        actions={
          <Button
            kind="primary"
            icon={<Plus size={16} aria-hidden="true" />}
            onClick={() => setEdited("new")}
          >
            {t("fields.add")}
          </Button>
        }
      />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4 px-6 pb-8 touch:px-3">
        <EntityChoice
          entities={ordered}
          chosen={entity}
          fields={fields.data ?? []}
          onChoose={(name) => change((search) => search.set("entity", name))}
        />
        <Fields query={fields} entity={entity} onEdit={setEdited} />
      </div>
      {edited && (
        <FieldDialog
          key={edited === "new" ? "new" : edited.id}
          entity={entity}
          field={edited === "new" ? undefined : edited}
          onClose={() => setEdited(null)}
        />
      )}
    </PageBody>
  );
}

function byName(text: Text, entities: EntityDefinition[]): EntityDefinition[] {
  return [...entities].sort((a, b) =>
    entityWord(text, a, "many").localeCompare(entityWord(text, b, "many"), text.language),
  );
}

interface EntityChoiceProps {
  entities: EntityDefinition[];
  chosen: EntityDefinition;
  fields: CustomField[];
  onChoose: (name: string) => void;
}

function EntityChoice({ entities, chosen, fields, onChoose }: EntityChoiceProps) {
  const text = useText();
  const count = (entity: EntityDefinition) =>
    fields.filter((field) => field.entity === entity.name && field.state !== "removed").length;
  return (
    <label className="flex flex-wrap items-center gap-2 text-body">
      <span className="text-text-2">{text.t("fields.of")}</span>
      <select
        className="control w-72! max-w-full"
        value={chosen.name}
        onChange={(event) => onChoose(event.target.value)}
      >
        {entities.map((entity) => (
          <option key={entity.name} value={entity.name}>
            {entityWord(text, entity, "many")}
            {count(entity) > 0 && ` (${text.format.number(count(entity))})`}
          </option>
        ))}
      </select>
    </label>
  );
}

interface FieldsProps {
  query: ReturnType<typeof useQuery<CustomField[]>>;
  entity: EntityDefinition;
  onEdit: (field: CustomField | "new") => void;
}

function Fields({ query, entity, onEdit }: FieldsProps) {
  const text = useText();
  const { t } = text;
  if (query.isPending)
    return (
      <Waiting what={t("fields.title")}>
        <RowSkeletons rows={3} />
      </Waiting>
    );
  if (query.error && !query.data) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  const own = (query.data ?? []).filter((field) => field.entity === entity.name);
  const used = own.filter((field) => field.state !== "removed");
  const removed = own.filter((field) => field.state === "removed");
  return (
    <>
      {used.length > 0 ? (
        <FieldTable entity={entity} fields={used} removed={removed} onEdit={onEdit} />
      ) : (
        <div className="rounded-card border border-line bg-surface">
          <Notice
            icon={<TextCursorInput size={20} aria-hidden="true" />}
            title={t("fields.empty", { entity: entityWord(text, entity, "many") })}
            action={<Button onClick={() => onEdit("new")}>{t("fields.add")}</Button>}
          >
            {t("fields.empty_help")}
          </Notice>
        </div>
      )}
      {removed.length > 0 && <RemovedFields fields={removed} />}
    </>
  );
}
