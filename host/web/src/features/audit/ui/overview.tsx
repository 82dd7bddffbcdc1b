import { Card, Gauge } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { useApp } from "../../../shared/api/app";
import { useText } from "../../../shared/i18n/text";
import { Bar, Waiting } from "../../../shared/ui/skeleton";
import { Failure } from "../../../shared/ui/states";
import { type Summary, summaryQuery } from "../api/audit";
import { type AuditControl, type Narrowing, summaryStart } from "../api/audit_state";
import { actionWord, objectWord } from "../api/words";

/** What happened in the period, in sums; each figure leads to the rows behind it. */
export function Overview({ state }: { state: AuditControl }) {
  const { t } = useText();
  const query = useQuery(summaryQuery(summaryStart(state.period, new Date())));
  const sums = query.data;
  return (
    <div tabIndex={0} data-focus="inside" className="min-h-0 flex-1 overflow-y-auto overscroll-contain p-4">
      {sums ? (
        <Sums sums={sums} state={state} />
      ) : query.error ? (
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Waiting what={t("audit.tab.overview")}>
          <Bar className="h-40 w-full" />
        </Waiting>
      )}
    </div>
  );
}

function Sums({ sums, state }: { sums: Summary; state: AuditControl }) {
  const text = useText();
  const { t, n } = text;
  const { entities } = useApp();
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <Card title={n("audit.count", sums.total)} aside={n("audit.refused_count", sums.refused)}>
        <Days days={sums.days} />
      </Card>
      <div className="grid grid-cols-3 gap-4 narrow:grid-cols-1">
        <Ranking
          title={t("audit.by_action")}
          state={state}
          name="action"
          lines={sums.actions.map((one) => [one.action, actionWord(text, one.action), one.count])}
        />
        <Ranking
          title={t("audit.by_person")}
          state={state}
          name="person"
          lines={sums.people.map((one) => [
            one.id,
            one.name === "system" ? t("activity.system") : one.name,
            one.count,
          ])}
        />
        <Ranking
          title={t("audit.by_entity")}
          state={state}
          name="entity"
          lines={sums.entities.map((one) => [one.entity, objectWord(text, entities, one.entity), one.count])}
        />
      </div>
    </div>
  );
}

const shownDays = 31;

/** One line a day: the figure, and its notches beside the busiest day's. */
function Days({ days }: { days: Summary["days"] }) {
  const { t, format } = useText();
  const shown = days.slice(-shownDays).reverse();
  const most = Math.max(1, ...shown.map((day) => day.count));
  if (shown.length === 0) return <p className="text-text-3 text-sm">{t("audit.no_match")}</p>;
  return (
    <table className="w-full text-sm">
      <thead className="sr-only">
        <tr>
          <th scope="col">{t("audit.day")}</th>
          <th scope="col">{t("audit.rows")}</th>
          <th scope="col">{t("audit.tab.refused")}</th>
        </tr>
      </thead>
      <tbody>
        {shown.map((day) => (
          <tr key={day.day} className="*:py-0.5">
            <th scope="row" className="w-24 text-left font-regular text-text-2 whitespace-nowrap">
              {format.dayShort(day.day)}
            </th>
            <td>
              <span className="flex items-center gap-3">
                <span className="w-12 text-right">{format.number(day.count)}</span>
                <Gauge value={day.count} max={most} notches={24} wide className="max-w-96" />
              </span>
            </td>
            <td className="w-16 text-right text-danger-text">
              {day.refused > 0 ? format.number(day.refused) : <span className="text-text-3">–</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface RankingProps {
  title: string;
  state: AuditControl;
  name: Narrowing;
  /** Value, words, count. */
  lines: [string | null, string, number][];
}

function Ranking({ title, state, name, lines }: RankingProps) {
  const { format } = useText();
  const most = Math.max(1, ...lines.map(([, , count]) => count));
  return (
    <Card title={title} className="self-start">
      <ul className="grid grid-cols-[minmax(0,1fr)] gap-1.5 text-sm">
        {lines.slice(0, 10).map(([value, words, count]) => (
          <li key={`${value}${words}`} className="flex items-center gap-3">
            <span className="min-w-0 flex-1 truncate">
              {value === null ? (
                words || "–"
              ) : (
                <button
                  type="button"
                  className="page-link max-w-full truncate"
                  onClick={() => state.set({ tab: undefined, [name]: value })}
                >
                  {words}
                </button>
              )}
            </span>
            <Gauge value={count} max={most} />
            <span className="w-10 text-right">{format.number(count)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
