import { useQuery } from "@tanstack/react-query";
import { Search, X } from "lucide-react";
import { useEffect, useState } from "react";
import { useApp } from "../../../shared/api/app";
import { useText } from "../../../shared/i18n/text";
import { summaryQuery } from "../api/audit";
import {
  type AuditControl,
  type Narrowing,
  type narrowings,
  periods,
  summaryStart,
} from "../api/audit_state";
import { actionWord, objectWord } from "../api/words";

const typingPause = 250;

/** Words, a span of time, and who, what and on what, out of what there is in that time. */
export function AuditFilters({ state }: { state: AuditControl }) {
  const { t } = useText();
  const overview = state.tab === "overview";
  return (
    <div className="flex min-h-11 shrink-0 flex-wrap items-center gap-2 border-line border-b px-4 py-1.5 touch:border-0 touch:pt-0">
      {!overview && <Words state={state} />}
      <select
        aria-label={t("audit.period")}
        className="control choice h-8! w-auto! touch:flex-1"
        value={state.period}
        onChange={(event) => state.set({ period: event.target.value })}
      >
        {periods.map((period) => (
          <option key={period} value={period}>
            {t(`audit.period.${period}`)}
          </option>
        ))}
      </select>
      {!overview && <Choices state={state} />}
      {!overview &&
        (["record", "address"] as const).map((name) => <Chip key={name} state={state} name={name} />)}
      {!overview && state.narrowed && (
        <button type="button" className="page-link text-body touch:min-h-11" onClick={state.clear}>
          {t("list.clear")}
        </button>
      )}
    </div>
  );
}

function Words({ state }: { state: AuditControl }) {
  const { t } = useText();
  const [typed, setTyped] = useState(state.q);
  const { q, set } = state;
  useEffect(() => {
    if (q === "") setTyped("");
  }, [q]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the setter is made anew with each address
  useEffect(() => {
    if (typed === q) return;
    const timer = setTimeout(() => set({ q: typed }), typingPause);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <div className="relative w-48 touch:w-auto touch:flex-1 touch:basis-full">
      <Search
        size={15}
        className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-text-3"
        aria-hidden="true"
      />
      <input
        type="search"
        aria-label={t("list.search")}
        placeholder={t("audit.search")}
        maxLength={200}
        className="control h-8! pl-8! [&::-webkit-search-cancel-button]:hidden"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </div>
  );
}

interface Option {
  value: string;
  label: string;
}

/** What is chosen stays among the choices, even when it is not one of the most frequent. */
function withChosen(options: Option[], chosen: string | undefined, label: string): Option[] {
  if (chosen === undefined || options.some((option) => option.value === chosen)) return options;
  return [...options, { value: chosen, label }];
}

function Choices({ state }: { state: AuditControl }) {
  const text = useText();
  const { entities } = useApp();
  const summary = useQuery(summaryQuery(summaryStart(state.period, new Date()))).data;
  const people = (summary?.people ?? []).flatMap(({ id, name }) =>
    id ? [{ value: id, label: name || id }] : [],
  );
  const actions = (summary?.actions ?? []).map(({ action }) => ({
    value: action,
    label: actionWord(text, action),
  }));
  const objects = (summary?.entities ?? []).map(({ entity }) => ({
    value: entity,
    label: objectWord(text, entities, entity),
  }));
  const { person, action, entity } = state.values;
  return (
    <>
      <Choice state={state} name="person" options={withChosen(people, person, person ?? "")} />
      <Choice
        state={state}
        name="action"
        options={withChosen(actions, action, actionWord(text, action ?? ""))}
      />
      <Choice
        state={state}
        name="entity"
        options={withChosen(objects, entity, objectWord(text, entities, entity ?? ""))}
      />
    </>
  );
}

function Choice({ state, name, options }: { state: AuditControl; name: Narrowing; options: Option[] }) {
  const { t } = useText();
  return (
    <select
      aria-label={t(`audit.by.${name}`)}
      className="control choice h-8! w-auto! min-w-0 max-w-36 touch:max-w-none touch:flex-1 touch:basis-36"
      value={state.values[name] ?? ""}
      onChange={(event) => state.set({ [name]: event.target.value || undefined })}
    >
      <option value="">{t(`audit.by.${name}`)}</option>
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}

/** What was taken from a row: it has no list to choose from. */
function Chip({ state, name }: { state: AuditControl; name: (typeof narrowings)[number] }) {
  const { t } = useText();
  const value = state.values[name];
  if (value === undefined) return null;
  return (
    <span className="inline-flex h-8 max-w-full items-stretch overflow-hidden rounded-control border border-line text-sm touch:h-11">
      <span className="grid content-center border-line border-r bg-subtle px-2 text-text-2">
        {t(`audit.by.${name}`)}
      </span>
      <span className="grid max-w-48 content-center px-2 font-medium">
        <span className="truncate">{value}</span>
      </span>
      <button
        type="button"
        aria-label={t("audit.drop", { what: t(`audit.by.${name}`) })}
        onClick={() => state.set({ [name]: undefined })}
        className="grid w-7 place-items-center border-line border-l text-text-2 hover:bg-muted touch:min-w-11"
      >
        <X size={14} aria-hidden="true" />
      </button>
    </span>
  );
}
