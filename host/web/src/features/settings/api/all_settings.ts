import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { moduleKeys } from "../../../shared/api/modules";
import { request } from "../../../shared/api/request";
import { allSettingsKey, type Json, type Setting } from "../../../shared/api/settings";

export interface SettingGroup {
  module: string;
  name: string;
  icon?: string;
  /** Of the server itself, not of an installed module. */
  core: boolean;
  settings: Setting[];
}

/** What one page shows: a module's settings of one category. */
export interface SettingCategory {
  /** In the address: "identity.sign_in", "audit". */
  id: string;
  label: string;
  group: SettingGroup;
  settings: Setting[];
}

export interface SettingChange {
  id: string;
  key: string;
  label: string;
  before: Json;
  after: Json;
  at: string;
  by: { id: string | null; name: string | null };
  undone_by: string | null;
  /** Nothing was changed since, so that it can be undone. */
  current: boolean;
}

export interface SettingFile {
  format: string;
  version: number;
  settings: Record<string, Record<string, Json>>;
}

const path = "/api/v1/settings";
export const settingsAddress = (module: string) => `${path}/${encodeURIComponent(module)}`;
export const exportAddress = `${path}/export`;

export const allSettingsQuery = queryOptions({
  queryKey: [...allSettingsKey, "all"],
  queryFn: async ({ signal }) => (await request<{ data: SettingGroup[] }>(path, { signal })).data,
});

export const historyQuery = (module: string) =>
  queryOptions({
    queryKey: [...allSettingsKey, module, "history"],
    queryFn: async ({ signal }) =>
      (
        await request<{ data: SettingChange[] }>(`${settingsAddress(module)}/history?limit=200`, {
          signal,
        })
      ).data,
  });

/** Those without a category come first, under the name of their module. */
export function categoriesOf(groups: SettingGroup[]): SettingCategory[] {
  return groups.flatMap((group) => {
    const found = new Map<string, SettingCategory>();
    for (const setting of group.settings) {
      const id = setting.category ? `${group.module}.${setting.category}` : group.module;
      const category = found.get(id) ?? {
        id,
        label: setting.category_label ?? group.name,
        group,
        settings: [],
      };
      category.settings.push(setting);
      found.set(id, category);
    }
    return [...found.values()].sort((a, b) => Number(a.id !== group.module) - Number(b.id !== group.module));
  });
}

function useChange<Input, Output>(mutationFn: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () =>
      Promise.all([allSettingsKey, moduleKeys.all].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}

export const useUndo = () =>
  useChange((change: SettingChange) =>
    request(`${path}/history/${encodeURIComponent(change.id)}/undo`, { method: "POST", body: {} }),
  );

export const useImportSettings = () =>
  useChange((file: SettingFile) =>
    request<{ count: number }>(`${path}/import`, { method: "POST", body: file }),
  );
