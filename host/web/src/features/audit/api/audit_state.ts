import { setAll, useAddress } from "../../../shared/ui/address";
import type { AuditAsk } from "./audit";

export const tabs = ["all", "log_ins", "refused", "exports", "alerts", "overview"] as const;
export type AuditTab = (typeof tabs)[number];

export const periods = ["day", "week", "month", "quarter", "all"] as const;
export type Period = (typeof periods)[number];

/** Fields that a row's own values narrow the list by. */
export const narrowings = ["person", "action", "entity", "record", "address"] as const;
export type Narrowing = (typeof narrowings)[number];

export interface AuditState {
  tab: AuditTab;
  period: Period;
  q: string;
  values: Partial<Record<Narrowing, string>>;
}

const days: Record<Exclude<Period, "all">, number> = { day: 1, week: 7, month: 30, quarter: 90 };

const fields: Record<Narrowing, string> = {
  person: "actor_id",
  action: "action",
  entity: "entity",
  record: "record_id",
  address: "address",
};

const ofTab: Partial<Record<AuditTab, string>> = {
  log_ins: 'entity == "session"',
  refused: 'result == "refused"',
  exports: 'action == "exported" || action == "read.export"',
  alerts: 'action == "audit.alert"',
};

/** The expression that the server filters with. A period is told by its length, so that it moves with the clock. */
export function filterOf(state: AuditState): string {
  const parts: string[] = [];
  const tab = ofTab[state.tab];
  if (tab) parts.push(tab.includes("||") ? `(${tab})` : tab);
  if (state.period !== "all") parts.push(`at >= now() - duration("${days[state.period] * 24}h")`);
  for (const name of narrowings) {
    const value = state.values[name];
    if (value !== undefined) parts.push(`${fields[name]} == ${JSON.stringify(value)}`);
  }
  return parts.join(" && ");
}

/** Where the sums of a period begin: a day, so that the same is asked for all day long. */
export function summaryStart(period: Period, now: Date): string {
  const back = period === "all" ? 365 : days[period];
  return new Date(now.getTime() - back * 86_400_000).toISOString().slice(0, 10);
}

function one<T extends string>(value: string | null, known: readonly T[], first: T): T {
  return known.find((candidate) => candidate === value) ?? first;
}

export interface AuditControl extends AuditState {
  ask: AuditAsk;
  /** Something besides the tab and the period narrows the list. */
  narrowed: boolean;
  set(changes: Record<string, string | undefined>): void;
  clear(): void;
}

/** What the list shows is its address, so that it can be kept, sent and gone back to. */
export function useAuditState(): AuditControl {
  const [params, change] = useAddress();
  const values: Partial<Record<Narrowing, string>> = {};
  for (const name of narrowings) {
    const value = params.get(name);
    if (value) values[name] = value;
  }
  const state: AuditState = {
    tab: one(params.get("tab"), tabs, "all"),
    period: one(params.get("period"), periods, "month"),
    q: params.get("q") ?? "",
    values,
  };
  const set = (changes: Record<string, string | undefined>) => change((search) => setAll(search, changes));
  return {
    ...state,
    ask: { filter: filterOf(state), q: state.q },
    narrowed: state.q !== "" || Object.keys(values).length > 0,
    set,
    clear: () => set({ q: undefined, ...Object.fromEntries(narrowings.map((name) => [name, undefined])) }),
  };
}
