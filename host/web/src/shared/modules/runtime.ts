import type { Loading, RecordData, Runtime } from "@opsflux/ui";
import { skipToken, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useEntity, useFlag } from "../api/app";
import { fetchList, fetchRecord, listKey, recordKey } from "../api/records";
import { request } from "../api/request";
import { useText } from "../i18n/text";
import { useRemembered } from "../ui/preferences";

function loading<T>(result: UseQueryResult<T>): Loading<T> {
  return { data: result.data, error: result.error ?? undefined, pending: result.isLoading };
}

/** What stands behind the hooks of @opsflux/ui. */
export const runtime: Runtime = {
  request(path, options) {
    if (!path.startsWith("/api/"))
      return Promise.reject(new Error(`request: ${path} does not start with /api/`));
    return request(path, options);
  },
  useRecord(name, id) {
    const entity = useEntity(name);
    const queryFn = entity && id !== undefined ? fetchRecord(entity, id) : skipToken;
    return loading(useQuery<RecordData>({ queryKey: recordKey(name, id ?? ""), queryFn }));
  },
  useList(name, query) {
    const entity = useEntity(name);
    const queryFn = entity ? fetchList(entity, query) : skipToken;
    return loading(useQuery({ queryKey: listKey(name, query), queryFn }));
  },
  usePreference(name, first) {
    const [text, keep] = useRemembered(name, JSON.stringify(first));
    const value = useMemo(() => JSON.parse(text) as unknown, [text]);
    return [value, (next) => keep(JSON.stringify(next))];
  },
  useFlag,
  useTranslation(module) {
    const text = useText();
    const prefix = module ? `${module}.` : "";
    return { t: (key, params) => text.s(prefix + key, params), language: text.language };
  },
};
