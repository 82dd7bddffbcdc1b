import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { typedNumber } from "../ui/typed_number";
import { moduleKeys } from "./modules";
import { request } from "./request";

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Decimals travel as text. */
export type SettingValue = Json;

export interface Setting {
  key: string;
  type: "text" | "integer" | "decimal" | "boolean" | "enum" | "json";
  label: string;
  help: string;
  default: SettingValue;
  /** Always null for a secret. */
  value: SettingValue;
  /** Not the default. */
  is_set: boolean;
  /** What is given from outside cannot be changed here. */
  source: "default" | "set" | "override";
  /** Of an override, where it is given: "variable OPSFLUX_…", "file …, line 3", "flag --…". */
  place: string | null;
  category: string | null;
  category_label?: string;
  /** Of a text, how long it may be. */
  min?: number;
  max?: number;
  values?: { value: string; label: string }[];
  secret: boolean;
}

/** Of the page with all settings, and below it their history. */
export const allSettingsKey = ["settings"];

/** What was typed, by key; null goes back to the default. */
export type SettingDraft = Record<string, string | null>;

const path = (module: string) => `/api/v1/modules/${encodeURIComponent(module)}/settings`;

export const settingsQuery = (module: string) =>
  queryOptions({
    queryKey: moduleKeys.settings(module),
    queryFn: async ({ signal }) => (await request<{ data: Setting[] }>(path(module), { signal })).data,
  });

/** `address`: where the settings stand for who may manage modules, or for who may change settings. */
export function useSaveSettings(module: string, address = path(module)) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (changes: Record<string, SettingValue>) =>
      request<{ data: Setting[] }>(address, { method: "PATCH", body: changes }),
    onSuccess: ({ data }) => {
      client.setQueryData(settingsQuery(module).queryKey, data);
      return client.invalidateQueries({ queryKey: allSettingsKey });
    },
  });
}

function parsed(typed: string): Json | undefined {
  try {
    return JSON.parse(typed) as Json;
  } catch {
    return undefined;
  }
}

/** The keys of settings of type json in which something else stands. */
export function unreadable(settings: Setting[], draft: SettingDraft): string[] {
  return settings
    .filter(({ key, type }) => {
      const typed = draft[key];
      return type === "json" && typed?.trim() && parsed(typed) === undefined;
    })
    .map(({ key }) => key);
}

function toSend(setting: Setting, typed: string | null): SettingValue {
  if (typed === null) return null;
  switch (setting.type) {
    case "integer":
    case "decimal":
      return typedNumber(setting.type, typed);
    case "boolean":
      return typed === "" ? null : typed === "true";
    case "enum":
      return typed === "" ? null : typed;
    case "json":
      return typed.trim() === "" ? null : (parsed(typed) ?? null);
    case "text":
      // Nothing is a text too where the default is another one.
      return typed === "" && !setting.default ? null : typed;
  }
}

/** What a draft changes, as the server wants it; empty when it changes nothing. */
export function settingChanges(settings: Setting[], draft: SettingDraft): Record<string, SettingValue> {
  const changes: Record<string, SettingValue> = {};
  for (const setting of settings) {
    const typed = draft[setting.key];
    // An empty field of a secret keeps what is stored.
    if (typed === undefined || (setting.secret && typed === "")) continue;
    const value = toSend(setting, typed);
    const differs = JSON.stringify(value) !== JSON.stringify(setting.value);
    if (value === null ? setting.is_set : differs) changes[setting.key] = value;
  }
  return changes;
}

/** What stands in the control. */
export function settingText(setting: Setting, draft: SettingDraft, decimalMark: string): string {
  const typed = draft[setting.key];
  if (typed !== undefined && typed !== null) return typed;
  const value = typed === null ? setting.default : setting.value;
  if (value === null || setting.secret) return "";
  if (setting.type === "json") return JSON.stringify(value, null, 2);
  return setting.type === "decimal" ? String(value).replace(".", decimalMark) : String(value);
}
