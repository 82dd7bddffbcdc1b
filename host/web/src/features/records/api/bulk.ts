import type { EntityDefinition, FieldDefinition } from "@opsflux/ui";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Problem } from "../../../shared/api/api_error";
import { entityKey } from "../../../shared/api/records";
import { request } from "../../../shared/api/request";
import { isFile } from "../../../shared/values/structured";
import { isStepped } from "./status";

export type BulkOperation =
  | { action: "update"; id: string; values: Record<string, unknown> }
  | { action: "delete"; id: string };

interface BulkAnswer {
  data: { action: string; state: "done" | "failed" | (string & {}); id?: string; error?: Problem }[];
  meta: { done: number; failed: number };
}

export interface BulkReport {
  done: string[];
  failed: { id: string; error: Problem }[];
}

/** The server takes so many in one request. */
const mostAtOnce = 1000;

/** Each operation stands for itself: what is refused does not keep the others. */
export async function runBulk(entity: EntityDefinition, operations: BulkOperation[]): Promise<BulkReport> {
  const report: BulkReport = { done: [], failed: [] };
  for (let from = 0; from < operations.length; from += mostAtOnce) {
    const part = operations.slice(from, from + mostAtOnce);
    const body = { mode: "each", operations: part };
    const answer = await request<BulkAnswer>(`${entity.path}/bulk`, { method: "POST", body });
    answer.data.forEach((result, position) => {
      const id = part[position]?.id ?? "";
      if (result.state === "failed") report.failed.push({ id, error: result.error ?? {} });
      else report.done.push(id);
    });
  }
  return report;
}

export function useBulk(entity: EntityDefinition) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (operations: BulkOperation[]) => runBulk(entity, operations),
    onSettled: () => client.invalidateQueries({ queryKey: entityKey(entity.name) }),
  });
}

/** What many records can be given at once: not what differs in each of them, nor a file, which has one place. */
export function bulkFields(entity: EntityDefinition): FieldDefinition[] {
  return entity.fields.filter(
    (field) => !field.read_only && !field.unique && !isFile(field) && !isStepped(entity, field.name),
  );
}
