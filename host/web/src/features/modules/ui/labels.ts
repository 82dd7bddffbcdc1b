import type { Tone } from "@opsflux/ui";
import type { InstalledModule, Operation, Risk, StageLine, TrustLevel } from "../../../shared/api/modules";
import type { Key } from "../../../shared/i18n/messages";
import type { Text } from "../../../shared/i18n/text";

export const trustTone: Record<TrustLevel, Tone> = {
  core: "ok",
  verified: "ok",
  community: "info",
  private: "info",
  development: "warn",
};

export const riskTone: Record<Risk, Tone> = { low: "ok", moderate: "warn", high: "danger" };

export const operationTone: Record<Operation["state"], Tone> = {
  running: "info",
  done: "ok",
  failed: "danger",
  undone: "off",
};

export const stateTone: Record<InstalledModule["state"], Tone> = { active: "ok", inactive: "off" };

const stages = [
  "received",
  "checked",
  "trusted",
  "planned",
  "approved",
  "staged",
  "probed",
  "migrated",
  "started",
  "switched",
  "done",
] as const;

export type StageId = (typeof stages)[number];

/** What a plan goes through from the upload to the end. */
export const allStages: readonly StageId[] = stages;

export function stageKey(id: string): Key | undefined {
  return stages.some((stage) => stage === id) ? (`stage.${id as StageId}` as Key) : undefined;
}

/** A person or a publisher is told by name; some answers hold only the name. */
export function nameOf(who: { id?: string; name?: string } | string | null | undefined): string | undefined {
  if (who === null || who === undefined) return undefined;
  return typeof who === "string" ? who : (who.name ?? who.id);
}

/** The end of a digest in groups of four, as it is read and retyped. */
export function digestEnd(digest: string, groups = 3): string {
  return (digest.slice(-4 * groups).match(/.{1,4}/g) ?? [digest]).join(" ");
}

export function shortKey(key: string): string {
  return key.length > 12 ? `${key.slice(0, 4)}…${key.slice(-4)}` : key;
}

/** A line of a stage in the reader's language, where the server has a text for it. */
export function lineText(text: Text, { code, params, text: plain }: StageLine): string {
  const key = `modules.line.${code}`;
  return code !== undefined && text.find(key) !== undefined ? text.s(key, params) : plain;
}

const actions = ["view", "create", "edit", "delete", "export", "approve", "manage"] as const;
const scopes = ["all", "company", "department", "own"] as const;

/** A right of a role in words, with the records it is about: "edit.own". What is not known is shown as it is. */
export function rightText(text: Text, right: string): string {
  const [name, limit] = right.split(".");
  const action = actions.find((known) => known === name);
  if (!action) return right;
  const said = text.t(`plan.action.${action}`);
  if (limit === undefined) return said;
  const scope = scopes.find((known) => known === limit);
  return scope ? text.t(`plan.scope.${scope}`, { action: said }) : `${said} (${limit})`;
}
