import type { ActivityEntry } from "../../../shared/api/records";
import type { Text } from "../../../shared/i18n/text";

export type ActorKind = "person" | "trigger" | "module" | "demo" | "cli" | "import" | "system";

/** Who an entry of the activity is told as. */
export interface Actor {
  kind: ActorKind;
  name: string;
  /** The person in whose name something else made the change. */
  onBehalfOf: string | undefined;
}

function moduleName(text: Text, module: string): string {
  return text.find(`${module}.module.name`) ?? module;
}

/** "triggers/review.lua" is known to people as "review". */
function scriptName(path: string): string {
  return path.replace(/^.*\//, "").replace(/\.lua$/, "");
}

/** What the server itself does for people. */
const serverWork = ["access_request", "invitation", "housekeeping", "privacy", "erasure"] as const;

function told(text: Text, via: string): [ActorKind, string] {
  const at = via.indexOf(":");
  const kind = at < 0 ? via : via.slice(0, at);
  const rest = at < 0 ? "" : via.slice(at + 1);
  if (kind === "trigger") {
    const [module = "", ...script] = rest.split("/");
    const params = { script: scriptName(script.join("/")), module: moduleName(text, module) };
    return ["trigger", text.t("activity.by_trigger", params)];
  }
  if (kind === "module") return ["module", text.t("activity.by_module", { module: moduleName(text, rest) })];
  if (kind === "demo") return ["demo", text.t("activity.by_demo")];
  if (kind === "cli") return ["cli", text.t("activity.by_cli")];
  if (kind === "import") return ["import", text.t("activity.by_import")];
  const own = serverWork.find((one) => one === kind);
  return ["system", own ? text.t(`activity.by_${own}`) : via];
}

/** What an automation did in a person's name is told as the automation's, not as the person's own. */
export function actorOf(text: Text, entry: ActivityEntry): Actor {
  // The server itself has no identifier.
  const person = entry.actor?.id && entry.actor.name !== "system" ? entry.actor.name : undefined;
  if (entry.via) {
    const [kind, name] = told(text, entry.via);
    return { kind, name, onBehalfOf: person };
  }
  if (person !== undefined) return { kind: "person", name: person, onBehalfOf: undefined };
  return { kind: "system", name: text.t("activity.system"), onBehalfOf: undefined };
}
