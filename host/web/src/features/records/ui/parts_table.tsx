import { classNames, type RecordData } from "@opsflux/ui";
import { entityWord, fieldLabel } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { FieldValue, hasValue, None } from "../../../shared/ui/field_value";
import { type PartList, partColumns, partsOf } from "../api/parts";

const numbers = ["integer", "decimal", "money", "duration"];

/** The parts of a record, as its page shows them. */
export function PartsTable({ list, record }: { list: PartList; record: RecordData }) {
  const text = useText();
  const { entity } = list;
  const parts = partsOf(list, record) as RecordData[];
  const columns = partColumns(list);
  const title = entityWord(text, entity, "many");
  return (
    <section aria-label={title}>
      <header className="flex items-baseline gap-2 border-line border-b pb-1.5">
        <h2 className="font-strong text-body">{title}</h2>
        <span className="text-text-3 text-xs">{text.format.number(parts.length)}</span>
      </header>
      {parts.length === 0 ? (
        <p className="py-3 text-body text-text-3">{text.t("parts.none")}</p>
      ) : (
        <div tabIndex={0} data-focus="inside" data-scroll="sideways" className="overflow-x-auto">
          <table className="w-full text-body">
            <thead>
              <tr className="text-left text-sm text-text-3">
                {columns.map((field) => (
                  <th
                    key={field.name}
                    scope="col"
                    className={classNames(
                      "py-1.5 pr-4 font-regular whitespace-nowrap last:pr-0",
                      numbers.includes(field.type) && "text-right",
                    )}
                  >
                    {fieldLabel(text, entity, field.name)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {parts.map((part) => (
                <tr key={part.id} className="border-line-soft border-t align-top">
                  {columns.map((field) => (
                    <td
                      key={field.name}
                      className={classNames(
                        "py-1.5 pr-4 last:pr-0",
                        numbers.includes(field.type) && "text-right tabular-nums whitespace-nowrap",
                      )}
                    >
                      {hasValue(part[field.name]) ? (
                        <FieldValue entity={entity} field={field} record={part} plain />
                      ) : (
                        <None />
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
