import { classNames } from "@opsflux/ui";
import { Menu as MenuIcon, Search } from "lucide-react";
import { Dialog as RadixDialog } from "radix-ui";
import { type ReactNode, useEffect, useState } from "react";
import { Link, useLocation } from "react-router";
import { useText } from "../../../shared/i18n/text";
import { Icon } from "../../../shared/ui/icon";
import { scrim } from "../../../shared/ui/overlay";
import { AccountMenu } from "./account_menu";
import { isCurrent, type NavGroup, type NavItem } from "./navigation";
import { NavSection } from "./sidebar";

const cell =
  "relative grid min-h-14 content-center justify-items-center gap-0.5 text-2xs text-text-2 aria-[current=page]:text-accent-text aria-[current=page]:font-medium";

/** Home, the first modules, search, and the rest behind "More". */
export function PhoneBar({ groups, onSearch }: { groups: NavGroup[]; onSearch: () => void }) {
  const { t } = useText();
  const modules = groups.find((group) => group.key === "modules")?.items ?? [];
  const system = groups.find((group) => group.key === "system")?.items ?? [];
  const home = groups.find((group) => group.key === "pilot")?.items[0];
  const places = [home, ...[...modules, ...system].slice(0, 2)].filter((item) => item !== undefined);
  return (
    <nav
      aria-label={t("nav.bar")}
      className="hidden shrink-0 border-line border-t bg-surface pb-[env(safe-area-inset-bottom)] touch:block"
    >
      <ul className="flex *:min-w-0 *:flex-1">
        {places.map((item) => (
          <li key={item.key}>
            <BarLink item={item} />
          </li>
        ))}
        <li>
          <button type="button" data-focus="inside" onClick={onSearch} className={classNames(cell, "w-full")}>
            <Search size={22} aria-hidden="true" />
            {t("nav.search")}
          </button>
        </li>
        <li>
          <MoreSheet groups={groups} />
        </li>
      </ul>
    </nav>
  );
}

function BarLink({ item }: { item: NavItem }) {
  const { pathname } = useLocation();
  const current = (item.items ?? [item]).some((target) => isCurrent(target.to, pathname));
  return (
    <Link to={item.to} data-focus="inside" aria-current={current ? "page" : undefined} className={cell}>
      {current && (
        <span aria-hidden="true" className="absolute inset-x-1/4 top-0 h-[3px] rounded-b-full bg-accent" />
      )}
      <Icon name={item.icon} size={22} />
      <span className="max-w-full truncate px-0.5">{item.short ?? item.label}</span>
    </Link>
  );
}

function MoreSheet({ groups }: { groups: NavGroup[] }): ReactNode {
  const { t } = useText();
  const { pathname } = useLocation();
  const [open, setOpen] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page closes the sheet
  useEffect(() => setOpen(false), [pathname]);
  return (
    <RadixDialog.Root open={open} onOpenChange={setOpen}>
      <RadixDialog.Trigger data-focus="inside" className={classNames(cell, "w-full")}>
        <MenuIcon size={22} aria-hidden="true" />
        {t("nav.more")}
      </RadixDialog.Trigger>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className={scrim} />
        <RadixDialog.Content
          aria-describedby={undefined}
          className="fixed inset-x-0 bottom-0 z-50 max-h-[85dvh] animate-rise overflow-y-auto overscroll-contain rounded-t-sheet border-line border-t bg-canvas p-3 pb-8 shadow-e3"
        >
          <div className="flex items-center justify-between px-2">
            <RadixDialog.Title className="font-strong text-xl">{t("nav.more")}</RadixDialog.Title>
            <AccountMenu />
          </div>
          {groups.map((group) => (
            <NavSection key={group.key} group={group} folded={false} />
          ))}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}
