import { Button, type EntityDefinition, type RecordData } from "@opsflux/ui";
import { ArrowRight, ChevronDown, OctagonMinus } from "lucide-react";
import { useApp } from "../../../shared/api/app";
import { useUpdateRecord } from "../../../shared/api/records";
import { enumLabel, stepLabel } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { Menu, MenuItem } from "../../../shared/ui/overlay";
import { say } from "../../../shared/ui/toast";
import { stepsFrom } from "../api/status";
import { stepRefusalText } from "./refusal";

export interface StatusStepsProps {
  entity: EntityDefinition;
  record: RecordData;
}

const shownSteps = 2;

/** The steps the record may take now; taking one saves at once. */
export function useStatusSteps({ entity, record }: StatusStepsProps) {
  const text = useText();
  const { user } = useApp();
  const update = useUpdateRecord(entity);
  const status = entity.status ?? "";
  const steps =
    entity.rights.includes("edit") && !record.deleted_at ? stepsFrom(entity, record, user.role) : [];
  const take = (to: string) =>
    update.mutate(
      { id: record.id, version: record.version, changes: { [status]: to } },
      { onSuccess: () => say(text.t("status.done", { status: enumLabel(text, entity, status, to) })) },
    );
  return { steps, take, busy: update.isPending, error: update.error };
}

export function StatusSteps({
  entity,
  steps,
  take,
  busy,
}: { entity: EntityDefinition } & ReturnType<typeof useStatusSteps>) {
  const text = useText();
  const label = (to: string) => stepLabel(text, entity, to);
  const more = steps.slice(shownSteps);
  return (
    <>
      {steps.slice(0, shownSteps).map(({ to }) => (
        <Button
          key={to}
          busy={busy}
          icon={<ArrowRight size={15} aria-hidden="true" />}
          onClick={() => take(to)}
        >
          {label(to)}
        </Button>
      ))}
      {more.length > 0 && (
        <Menu
          trigger={
            <Button busy={busy}>
              {text.t("status.more")}
              <ChevronDown size={15} aria-hidden="true" />
            </Button>
          }
        >
          {more.map(({ to }) => (
            <MenuItem key={to} onSelect={() => take(to)}>
              {label(to)}
            </MenuItem>
          ))}
        </Menu>
      )}
    </>
  );
}

/** Why the server did not let the status go on. */
export function StepRefusal({ entity, error }: { entity: EntityDefinition; error: Error | null }) {
  const text = useText();
  if (!error) return null;
  return (
    <p
      role="alert"
      className="mx-6 mb-2 flex items-start gap-2 rounded-control border border-danger-line bg-danger-soft px-3 py-2 text-body text-danger-text touch:mx-4"
    >
      <OctagonMinus size={16} className="mt-0.5 shrink-0" aria-hidden="true" />
      {stepRefusalText(text, entity, error)}
    </p>
  );
}
