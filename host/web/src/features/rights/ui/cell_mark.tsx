import { classNames } from "@opsflux/ui";
import { CornerDownRight } from "lucide-react";
import { useText } from "../../../shared/i18n/text";
import { scopeText } from "../../../shared/ui/rights/scope_text";
import type { CellState } from "../api/book";

/** What a cell shows: the scope; a dot for what is decided here, an arrow for what another role gives. */
export function CellMark({ state, fixed }: { state: CellState; fixed?: boolean }) {
  const text = useText();
  const decided = state.word !== "default";
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <span
        aria-hidden="true"
        className={classNames(
          "size-1.5 shrink-0 rounded-full",
          decided && !fixed ? "bg-accent" : "bg-transparent",
        )}
      />
      {state.from && <CornerDownRight size={12} className="shrink-0 text-text-3" aria-hidden="true" />}
      <span
        className={classNames(
          "truncate",
          decided && !state.from ? "font-medium text-text" : "text-text-2",
          !state.scope && "text-text-3!",
        )}
      >
        {state.scope ? scopeText(text, state.scope) : "–"}
      </span>
    </span>
  );
}

export function Legend() {
  const { t } = useText();
  return (
    <ul className="flex flex-wrap gap-x-5 gap-y-1 text-text-2 text-xs" aria-label={t("rights.legend")}>
      <li className="flex items-center gap-1.5">
        <span aria-hidden="true" className="size-1.5 rounded-full bg-accent" />
        {t("rights.legend_decided")}
      </li>
      <li className="flex items-center gap-1.5">
        <CornerDownRight size={12} aria-hidden="true" />
        {t("rights.legend_inherited")}
      </li>
      <li>{t("rights.legend_module")}</li>
      <li className="flex items-center gap-1.5">
        <span aria-hidden="true" className="h-3 w-4 rounded-tag border border-accent-line bg-accent-soft" />
        {t("rights.legend_unsaved")}
      </li>
    </ul>
  );
}
