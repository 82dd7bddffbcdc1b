import { useText } from "../../../shared/i18n/text";
import type { FieldIds } from "../../../shared/ui/field";
import { type PeriodChoice, periodChoices, periodText, readPeriod, takesDays } from "../api/periods";

export interface PeriodEditorProps {
  ids: FieldIds;
  value: string;
  onChange: (value: string) => void;
}

const usualDays = 30;

/** A period relative to today, in words; with a number where days are counted. */
export function PeriodEditor({ ids, value, onChange }: PeriodEditorProps) {
  const { t } = useText();
  const period = readPeriod(value);
  const choose = (choice: PeriodChoice) => onChange(periodText({ choice, days: period?.days || usualDays }));
  return (
    <div className="flex gap-2">
      <select
        {...ids}
        className="control choice min-w-0 flex-1"
        value={period?.choice ?? ""}
        onChange={(event) => choose(event.target.value as PeriodChoice)}
      >
        {!period && <option value="" />}
        {periodChoices.map((choice) => (
          <option key={choice} value={choice}>
            {t(`period.${choice}`)}
          </option>
        ))}
      </select>
      {period && takesDays(period.choice) && (
        <input
          type="number"
          className="control w-20!"
          aria-label={t("period.days")}
          min={1}
          max={9999}
          step={1}
          value={period.days}
          onChange={(event) => {
            const next = periodText({ ...period, days: Number(event.target.value) });
            if (readPeriod(next)) onChange(next);
          }}
        />
      )}
    </div>
  );
}
