import { Button, classNames, type EntityDefinition, type RecordData } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { Link } from "react-router";
import { manyQuery } from "../../../../shared/api/aggregate";
import { recordPath } from "../../../../shared/api/app";
import { titleOf } from "../../../../shared/api/title";
import { entityWord, findField } from "../../../../shared/i18n/entity_text";
import { useText } from "../../../../shared/i18n/text";
import { IconButton, Popover } from "../../../../shared/ui/overlay";
import { phone, useMedia } from "../../../../shared/ui/preferences";
import {
  addDays,
  addMonths,
  type Day,
  dayOf,
  isDay,
  lanesOf,
  type Spanned,
  startOfMonth,
  startOfWeek,
  today,
  touches,
} from "../../api/days";
import { narrowingOf, recordColour } from "../../api/views";
import { Partly, Segments, ViewOf, type ViewProps } from "./view_frame";

type Span = "month" | "week";

interface Item extends Spanned {
  record: RecordData;
  colour: string;
  /** Of a moment: when it begins. */
  time: string | undefined;
}

const weekDays = [0, 1, 2, 3, 4, 5, 6];

/** The days that are shown: whole weeks, from a Monday. */
function shownDays(span: Span, at: Day): { from: Day; until: Day } {
  if (span === "week") return { from: startOfWeek(at), until: addDays(startOfWeek(at), 7) };
  const last = addDays(addMonths(at, 1), -1);
  return { from: startOfWeek(startOfMonth(at)), until: addDays(startOfWeek(last), 7) };
}

export function CalendarView({ entity, list }: ViewProps) {
  const { t, format } = useText();
  const view = entity.views?.calendar;
  const span: Span = list.span === "week" ? "week" : "month";
  const at = isDay(list.at) ? list.at : today();
  const { from, until } = shownDays(span, at);
  const start = view && findField(entity, view.start);
  const end = view?.end === undefined ? undefined : findField(entity, view.end);
  const query = useQuery({
    ...manyQuery(entity, narrowingOf(list, start && touches(start, end, from, until)), view?.start),
    enabled: start !== undefined,
  });
  const isPhone = useMedia(phone);
  const go = (by: number) => list.set({ at: span === "week" ? addDays(at, 7 * by) : addMonths(at, by) });
  const title =
    span === "week"
      ? t("calendar.week_of", { date: format.date(from) })
      : format.month(new Date(`${startOfMonth(at)}T12:00:00`));
  return (
    <>
      <div className="flex shrink-0 flex-wrap items-center gap-2 border-line border-b px-4 py-1.5">
        <IconButton label={t("calendar.previous")} onClick={() => go(-1)}>
          <ChevronLeft size={16} aria-hidden="true" />
        </IconButton>
        <IconButton label={t("calendar.next")} onClick={() => go(1)}>
          <ChevronRight size={16} aria-hidden="true" />
        </IconButton>
        <Button onClick={() => list.set({ at: undefined })}>{t("calendar.today")}</Button>
        <h2 aria-live="polite" className="min-w-0 flex-1 px-1 font-strong text-lg first-letter:uppercase">
          {title}
        </h2>
        <Segments
          label={t("calendar.span")}
          value={span}
          options={[
            { value: "month", label: t("calendar.month") },
            { value: "week", label: t("calendar.week") },
          ]}
          onChange={(next) => list.set({ span: next === "month" ? undefined : next })}
        />
      </div>
      <ViewOf entity={entity} query={query}>
        {({ data, meta }) => {
          const items = data
            .map((record) => itemOf(entity, record, format.time))
            .filter((item) => item !== undefined);
          const shown = { entity, items, from, until, at, span };
          return (
            <>
              {isPhone ? <Agenda {...shown} /> : <MonthGrid {...shown} />}
              <Partly shown={data.length} total={meta.total} />
            </>
          );
        }}
      </ViewOf>
    </>
  );
}

function itemOf(
  entity: EntityDefinition,
  record: RecordData,
  time: (value: string) => string,
): Item | undefined {
  const view = entity.views?.calendar;
  const from = view && dayOf(record[view.start]);
  if (!view || !from) return undefined;
  const end = view.end === undefined ? undefined : dayOf(record[view.end]);
  return {
    id: record.id,
    record,
    from,
    to: end !== undefined && end > from ? end : from,
    colour: recordColour(entity, view.color, record),
    time: findField(entity, view.start)?.type === "datetime" ? time(String(record[view.start])) : undefined,
  };
}

interface ShownProps {
  entity: EntityDefinition;
  items: Item[];
  from: Day;
  until: Day;
  at: Day;
  span: Span;
}

const on = (day: Day) => (item: Item) => item.from <= day && item.to >= day;

function MonthGrid({ entity, items, from, until, at, span }: ShownProps) {
  const text = useText();
  const weeks: Day[] = [];
  for (let week = from; week < until; week = addDays(week, 7)) weeks.push(week);
  return (
    <div tabIndex={0} data-focus="inside" className="min-h-0 flex-1 overflow-auto overscroll-contain">
      <table
        aria-label={entityWord(text, entity, "many")}
        className="h-full w-full table-fixed border-separate border-spacing-0 text-sm"
      >
        <thead>
          <tr>
            {weekDays.map((day) => (
              <th
                key={day}
                scope="col"
                className="sticky top-0 z-10 h-8 border-line border-b bg-subtle px-2 text-left font-regular text-text-3 text-xs"
              >
                {text.format.weekday(addDays(from, day))}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <WeekRow key={week} {...{ entity, items, week, at, span }} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const monthLanes = 3;

function WeekRow({ entity, items, week, at, span }: Omit<ShownProps, "from" | "until"> & { week: Day }) {
  const text = useText();
  const last = addDays(week, 6);
  const inWeek = items.filter((item) => item.from <= last && item.to >= week);
  const lanes = lanesOf(inWeek);
  const shown = span === "week" ? Number.POSITIVE_INFINITY : monthLanes;
  const now = today();
  return (
    <tr>
      {weekDays.map((offset) => {
        const day = addDays(week, offset);
        const here = inWeek.filter(on(day));
        const byLane = new Map(here.map((item) => [lanes.get(item.id) ?? 0, item]));
        const rows = Math.min(shown, Math.max(0, ...[...byLane.keys()].map((lane) => lane + 1)));
        const hidden = here.filter((item) => (lanes.get(item.id) ?? 0) >= shown);
        const outside = span === "month" && day.slice(0, 7) !== at.slice(0, 7);
        return (
          <td
            key={day}
            className={classNames(
              "h-24 border-line-soft border-b border-l align-top first:border-l-0",
              outside && "bg-subtle",
            )}
          >
            <time
              dateTime={day}
              aria-current={day === now ? "date" : undefined}
              className={classNames(
                "m-1 inline-grid h-6 min-w-6 place-items-center rounded-full px-1 text-xs",
                day === now ? "bg-accent font-strong text-on-accent" : "text-text-2",
              )}
            >
              {Number(day.slice(8))}
            </time>
            <ul className="grid gap-0.5 pb-1">
              {Array.from({ length: rows }, (_, lane) => {
                const item = byLane.get(lane);
                return item ? (
                  <li key={item.id}>
                    <Bar entity={entity} item={item} day={day} />
                  </li>
                ) : (
                  // biome-ignore lint/suspicious/noArrayIndexKey: an empty place is told by its lane
                  <li key={lane} aria-hidden="true" className="h-6" />
                );
              })}
            </ul>
            {hidden.length > 0 && (
              <Popover
                label={text.format.dayLong(day)}
                className="w-72"
                trigger={
                  <button
                    type="button"
                    className="mx-1.5 mb-1 rounded-tag px-1 text-text-2 text-xs hover:bg-muted"
                  >
                    {text.n("calendar.more", hidden.length)}
                  </button>
                }
              >
                <h3 className="mb-2 font-strong text-sm">{text.format.dayLong(day)}</h3>
                <ul className="grid gap-1">
                  {here.map((item) => (
                    <li key={item.id}>
                      <Bar entity={entity} item={item} day={item.from} alone />
                    </li>
                  ))}
                </ul>
              </Popover>
            )}
          </td>
        );
      })}
    </tr>
  );
}

/** One day of what may last several; its name stands on the first day and on each Monday. */
function Bar({
  entity,
  item,
  day,
  alone,
}: {
  entity: EntityDefinition;
  item: Item;
  day: Day;
  alone?: boolean;
}) {
  const begins = alone || item.from === day;
  const ends = alone || item.to === day;
  const named = begins || startOfWeek(day) === day;
  const title = titleOf(entity, item.record);
  return (
    <Link
      to={recordPath(entity, item.id)}
      title={title}
      data-focus="inside"
      tabIndex={named ? undefined : -1}
      aria-hidden={named ? undefined : true}
      className={classNames(
        "flex h-6 items-center overflow-hidden bg-muted text-text hover:bg-pressed",
        begins && "ml-1 rounded-l-tag",
        ends && "mr-1 rounded-r-tag",
      )}
    >
      {begins && (
        <svg
          viewBox="0 0 3 24"
          preserveAspectRatio="none"
          aria-hidden="true"
          className="h-full w-[3px] shrink-0"
        >
          <rect width="3" height="24" fill={item.colour} />
        </svg>
      )}
      {named && (
        <span className="truncate px-1.5">
          {item.time && <span className="text-text-2">{item.time} </span>}
          {title}
        </span>
      )}
    </Link>
  );
}

/** On phones: the days on which there is something, one below the other. */
function Agenda({ entity, items, from, until, at, span }: ShownProps) {
  const text = useText();
  const days: Day[] = [];
  for (let day = from; day < until; day = addDays(day, 1))
    if ((span === "week" || day.slice(0, 7) === at.slice(0, 7)) && items.some(on(day))) days.push(day);
  return (
    <div
      tabIndex={0}
      data-focus="inside"
      className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-4 py-3"
    >
      {days.length === 0 && <p className="py-8 text-center text-text-2">{text.t("view.empty")}</p>}
      {days.map((day) => (
        <section key={day} aria-label={text.format.dayLong(day)} className="mb-4">
          <h3 className="mb-1.5 text-text-2 text-body first-letter:uppercase">{text.format.dayLong(day)}</h3>
          <ul className="grid gap-1.5">
            {items.filter(on(day)).map((item) => (
              <li key={item.id}>
                <Link
                  to={recordPath(entity, item.id)}
                  className="flex min-h-11 items-stretch overflow-hidden rounded-control border border-line bg-surface"
                >
                  <svg
                    viewBox="0 0 4 44"
                    preserveAspectRatio="none"
                    aria-hidden="true"
                    className="w-1 shrink-0"
                  >
                    <rect width="4" height="44" fill={item.colour} />
                  </svg>
                  <span className="min-w-0 flex-1 self-center truncate px-3 text-lg">
                    {item.time && <span className="text-text-2">{item.time} </span>}
                    {titleOf(entity, item.record)}
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
