import type { Scope } from "../../../shared/api/rights";
import type { Text } from "../../../shared/i18n/text";
import { roleName, scopeText } from "../../../shared/ui/rights/scope_text";
import type { CellState, MatrixRole, Word } from "../api/book";

/** Where it is not known what modules give. */
export function plainWordText(text: Text, word: Word): string {
  return word === "default"
    ? text.t("rights.by_default")
    : scopeText(text, word === "none" ? undefined : word);
}

export function wordText(text: Text, word: Word, byModule: Scope | undefined): string {
  if (word !== "default") return scopeText(text, word === "none" ? undefined : word);
  return text.t("rights.as_module", { scope: scopeText(text, byModule) });
}

/** All that a cell says, for who does not see its marks. */
export function cellTitle(text: Text, role: MatrixRole, state: CellState): string {
  const { t } = text;
  const parts = [scopeText(text, state.scope)];
  if (role.fixed) parts.push(t("rights.fixed"));
  else if (state.word !== "default")
    parts.push(t("rights.decided", { scope: wordText(text, state.word, state.byModule) }));
  if (state.from) parts.push(t("rights.from", { role: roleName(state.from) }));
  if (!role.fixed && state.word === "default" && !state.from && state.scope)
    parts.push(t("rights.by_module"));
  if (state.changed) parts.push(t("rights.unsaved"));
  return parts.join(", ");
}
