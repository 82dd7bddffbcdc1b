import { useQuery } from "@tanstack/react-query";
import { useConnection } from "../../../shared/api/connection";
import { type Operation, operationQuery } from "../../../shared/api/modules";

/** Live events bring each step; asking now and then is for the case that the channel is down. */
const askLive = 4000;
const askSilent = 1000;

export function useOperation(id: string | undefined): Operation | undefined {
  const { live } = useConnection();
  return useQuery({
    ...operationQuery(id ?? ""),
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data?.state === "running" ? (live ? askLive : askSilent) : false),
  }).data;
}
