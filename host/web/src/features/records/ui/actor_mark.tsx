import {
  Blocks,
  FileUp,
  FlaskConical,
  Pencil,
  Plus,
  RotateCcw,
  Server,
  SquareTerminal,
  Trash2,
  Workflow,
} from "lucide-react";
import { Avatar } from "../../../shared/ui/avatar";
import type { Actor } from "../api/actor";

const ofAction = { created: Plus, updated: Pencil, deleted: Trash2, restored: RotateCcw };
const ofActor = {
  trigger: Workflow,
  module: Blocks,
  demo: FlaskConical,
  cli: SquareTerminal,
  import: FileUp,
  system: Server,
};

/** What a person did is marked by the deed, what else did something by what it is. */
export function ActorMark({ actor, action }: { actor: Actor; action: string }) {
  const Icon =
    actor.kind === "person" || actor.kind === "system"
      ? (ofAction[action as keyof typeof ofAction] ?? Pencil)
      : ofActor[actor.kind];
  return (
    <span className="grid size-[27px] shrink-0 place-items-center rounded-full border border-line bg-surface text-text-2">
      <Icon size={14} aria-hidden="true" />
    </span>
  );
}

/** Initials for a person; an icon for what is none. */
export function ActorAvatar({ actor }: { actor: Actor }) {
  if (actor.kind === "person") return <Avatar name={actor.name} size="xs" person className="mt-0.5" />;
  const Icon = ofActor[actor.kind];
  return (
    <span className="mt-0.5 grid size-5 shrink-0 place-items-center rounded-tag bg-muted text-text-2">
      <Icon size={12} aria-hidden="true" />
    </span>
  );
}
