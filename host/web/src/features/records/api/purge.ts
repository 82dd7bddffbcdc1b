import type { EntityDefinition } from "@opsflux/ui";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiError } from "../../../shared/api/api_error";
import { entityKey } from "../../../shared/api/records";
import { request } from "../../../shared/api/request";
import type { BulkReport } from "./bulk";

/** Removes deleted records for good, one after another: what is refused does not keep the others. */
export function usePurge(entity: EntityDefinition) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (ids: string[]): Promise<BulkReport> => {
      const report: BulkReport = { done: [], failed: [] };
      for (const id of ids) {
        try {
          await request<void>(`${entity.path}/${encodeURIComponent(id)}/purge`, { method: "POST" });
          report.done.push(id);
        } catch (error) {
          // What the server does not answer at all concerns none of the records.
          if (!(error instanceof ApiError) || error.status === 0) throw error;
          report.failed.push({ id, error: error.problem });
        }
      }
      return report;
    },
    onSettled: () => client.invalidateQueries({ queryKey: entityKey(entity.name) }),
  });
}
