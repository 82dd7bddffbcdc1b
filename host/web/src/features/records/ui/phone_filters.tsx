import { Button, type EntityDefinition } from "@opsflux/ui";
import { ListFilter } from "lucide-react";
import { fieldLabel } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { ChoiceRow } from "../../../shared/ui/choice_row";
import { Field } from "../../../shared/ui/field";
import { Dialog } from "../../../shared/ui/overlay";
import { isSortable, possibleColumns } from "../api/columns";
import type { ListControl } from "../api/list_state";
import { ConditionForm } from "./condition_form";
import type { FilterBarProps } from "./filter_bar";

/** On phones: a sheet that also holds the order, because cards have no column heads. */
export function PhoneFilters({ entity, list, filtering, setFiltering }: Omit<FilterBarProps, "searchRef">) {
  const { t } = useText();
  return (
    <>
      <Button
        icon={<ListFilter size={16} aria-hidden="true" />}
        aria-haspopup="dialog"
        aria-expanded={filtering}
        onClick={() => setFiltering(true)}
        className="order-1"
      >
        {t("filter.title")}
      </Button>
      <Dialog open={filtering} onOpenChange={setFiltering} title={t("filter.title")}>
        <div className="grid gap-5 pb-6">
          <ConditionForm
            entity={entity}
            onAdd={(condition) => {
              list.addCondition(condition);
              setFiltering(false);
            }}
          />
          <SortChoice entity={entity} list={list} />
        </div>
      </Dialog>
    </>
  );
}

function SortChoice({ entity, list }: { entity: EntityDefinition; list: ListControl }) {
  const text = useText();
  const { t } = text;
  const descending = list.sort?.startsWith("-") ?? false;
  const name = list.sort?.replace(/^-/, "") ?? "";
  return (
    <div className="grid gap-3 border-line border-t pt-4">
      <Field label={t("sort.by")}>
        {(ids) => (
          <select
            {...ids}
            className="control choice"
            value={name}
            onChange={(event) => list.set({ sort: event.target.value })}
          >
            {list.q !== "" && <option value="">{t("sort.best")}</option>}
            {possibleColumns(entity)
              .filter(isSortable)
              .map((field) => (
                <option key={field.name} value={field.name}>
                  {fieldLabel(text, entity, field.name)}
                </option>
              ))}
          </select>
        )}
      </Field>
      {name !== "" && (
        <ChoiceRow
          label={t("sort.direction")}
          value={descending ? "down" : "up"}
          options={[
            { value: "up", label: t("sort.up") },
            { value: "down", label: t("sort.down") },
          ]}
          onChange={(direction) => list.set({ sort: direction === "down" ? `-${name}` : name })}
        />
      )}
    </div>
  );
}
