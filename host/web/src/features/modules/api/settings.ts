import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { moduleKeys } from "../../../shared/api/modules";
import { request } from "../../../shared/api/request";
import { typedNumber } from "../../../shared/ui/typed_number";

/** Decimals travel as text. */
export type SettingValue = string | number | boolean | null;

export interface Setting {
  key: string;
  type: "text" | "integer" | "decimal" | "boolean" | "enum";
  label: string;
  help: string;
  default: SettingValue;
  /** Always null for a secret. */
  value: SettingValue;
  /** Set here; otherwise the default holds. */
  is_set: boolean;
  /** Of a text, how long it may be. */
  min?: number;
  max?: number;
  values?: { value: string; label: string }[];
  secret: boolean;
}

/** What was typed, by key; null goes back to the default. */
export type SettingDraft = Record<string, string | null>;

const path = (module: string) => `/api/v1/modules/${encodeURIComponent(module)}/settings`;

export const settingsQuery = (module: string) =>
  queryOptions({
    queryKey: moduleKeys.settings(module),
    queryFn: async ({ signal }) => (await request<{ data: Setting[] }>(path(module), { signal })).data,
  });

export function useSaveSettings(module: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (changes: Record<string, SettingValue>) =>
      request<{ data: Setting[] }>(path(module), { method: "PATCH", body: changes }),
    onSuccess: ({ data }) => client.setQueryData(settingsQuery(module).queryKey, data),
  });
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
    if (value === null ? setting.is_set : value !== setting.value) changes[setting.key] = value;
  }
  return changes;
}

/** What stands in the control. */
export function settingText(setting: Setting, draft: SettingDraft, decimalMark: string): string {
  const typed = draft[setting.key];
  if (typed !== undefined && typed !== null) return typed;
  const value = typed === null ? setting.default : setting.value;
  if (value === null || setting.secret) return "";
  return setting.type === "decimal" ? String(value).replace(".", decimalMark) : String(value);
}
