import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useEntity } from "../../../shared/api/app";
import { countQuery, entityKey } from "../../../shared/api/records";

/** How much waits for this person's decision, by the key of the page of the administration. */
export function useWaiting(): Record<string, number> {
  const requests = useEntity("identity.access_request");
  const decides = requests?.rights.includes("edit");
  const count = useQuery(
    requests && decides
      ? countQuery(requests, 'status == "waiting"')
      : { queryKey: [...entityKey("identity.access_request"), "count"], enabled: false },
  ).data as number | undefined;
  return useMemo(() => ({ access_requests: count ?? 0 }), [count]);
}
