import { classNames } from "@opsflux/ui";
import type { ReactNode } from "react";
import { useText } from "../../../shared/i18n/text";

const signs = {
  "+": "text-ok-text",
  "~": "text-accent-text",
  "-": "text-text-3",
  "=": "text-text-3",
};

/** Added, changed, taken away or left as it is. */
export function Sign({ change }: { change: keyof typeof signs | undefined }) {
  const { t } = useText();
  const sign = change ?? "+";
  const words = {
    "+": t("change.added"),
    "~": t("change.changed"),
    "-": t("change.removed"),
    "=": t("change.same"),
  };
  return (
    <span className={classNames("inline-block w-3 shrink-0 font-mono font-strong", signs[sign])}>
      <span aria-hidden="true">{sign === "-" ? "−" : sign}</span>
      <span className="sr-only">{words[sign]}</span>
    </span>
  );
}

/** A line of a card of the plan. */
export const row =
  "flex min-h-9 flex-wrap items-center gap-x-3 gap-y-0.5 border-line-soft border-t px-3.5 py-1.5 text-body first:border-t-0";

export function Nothing({ children }: { children: ReactNode }) {
  return <p className="px-3.5 py-3 text-body text-text-3">{children}</p>;
}
