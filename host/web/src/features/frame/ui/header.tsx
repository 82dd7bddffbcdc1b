import { ChevronRight, Search } from "lucide-react";
import { Link } from "react-router";
import { useText } from "../../../shared/i18n/text";
import { Key } from "../../../shared/ui/overlay";
import type { Crumb } from "../../../shared/ui/page";
import { commandKey } from "../../../shared/ui/shortcuts";
import { AccountMenu } from "./account_menu";
import { ContextSwitcher } from "./context_switcher";

export function Header({ crumbs, onSearch }: { crumbs: Crumb[]; onSearch: () => void }) {
  const { t } = useText();
  return (
    <header className="flex h-(--header-h) shrink-0 items-center gap-3 pr-2 pl-2 touch:hidden">
      <Breadcrumb crumbs={crumbs} />
      <button
        type="button"
        onClick={onSearch}
        aria-keyshortcuts="Control+K Meta+K"
        className="flex h-8 w-66 items-center gap-2 rounded-control border border-line bg-surface px-2.5 text-left text-sm text-text-3 hover:border-line-control narrow:w-48"
      >
        <Search size={15} aria-hidden="true" />
        <span className="flex-1 truncate">{t("palette.open")}</span>
        <Key>{`${commandKey}K`}</Key>
      </button>
      <ContextSwitcher />
      <AccountMenu />
    </header>
  );
}

function Breadcrumb({ crumbs }: { crumbs: Crumb[] }) {
  const { t } = useText();
  return (
    <nav aria-label={t("nav.breadcrumb")} className="min-w-0 flex-1">
      <ol className="flex min-w-0 items-center gap-1.5 text-sm">
        {crumbs.map((crumb, position) => {
          const last = position === crumbs.length - 1;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: two crumbs may have the same name
            <li key={`${position}${crumb.label}`} className="flex min-w-0 items-center gap-1.5">
              {position > 0 && <ChevronRight size={14} className="shrink-0 text-text-3" aria-hidden="true" />}
              {crumb.to && !last ? (
                <Link
                  to={crumb.to}
                  className="truncate rounded-tag text-text-2 hover:text-text hover:underline underline-offset-3"
                >
                  {crumb.label}
                </Link>
              ) : (
                <span
                  aria-current={last ? "page" : undefined}
                  className={last ? "truncate font-strong" : "truncate text-text-2"}
                >
                  {crumb.label}
                </span>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
