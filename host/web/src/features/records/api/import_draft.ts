import type { ImportPlan, ImportRun } from "../../../shared/api/imports";
import { recall, remember } from "../../../shared/ui/preferences";

const nameOf = (id: string) => `import.${id}`;

/** What was last chosen for a run: on this device since it was last tried, else when it was. */
export function recallPlan(run: ImportRun): Partial<ImportPlan> | null {
  const kept = recall(nameOf(run.id));
  if (!kept) return run.plan;
  try {
    return JSON.parse(kept) as Partial<ImportPlan>;
  } catch {
    return run.plan;
  }
}

/** Keeps what is chosen until it is sent, so that a reload does not lose it. */
export function keepPlan(id: string, plan: Partial<ImportPlan> | undefined): void {
  remember(nameOf(id), plan && JSON.stringify(plan));
}
