import { classNames, StatusShape } from "@opsflux/ui";
import { ChevronDown, PanelLeft } from "lucide-react";
import { useEffect, useState } from "react";
import { Link, useLocation } from "react-router";
import { useApp } from "../../../shared/api/app";
import { useConnection } from "../../../shared/api/connection";
import { useText } from "../../../shared/i18n/text";
import { Icon } from "../../../shared/ui/icon";
import { Logo } from "../../../shared/ui/logo";
import { IconButton } from "../../../shared/ui/overlay";
import { isCurrent, type NavGroup, type NavItem } from "./navigation";

export interface SidebarProps {
  groups: NavGroup[];
  folded: boolean;
  onFold: () => void;
}

export function Sidebar({ groups, folded, onFold }: SidebarProps) {
  const { t } = useText();
  return (
    <aside
      className={classNames(
        "flex h-full shrink-0 flex-col touch:hidden",
        folded ? "w-14" : "w-(--sidebar-w)",
      )}
    >
      <div
        className={classNames(
          "flex h-(--header-h) shrink-0 items-center gap-2.5",
          folded ? "justify-center" : "pr-2 pl-4",
        )}
      >
        {!folded && (
          <Link to="/" className="flex min-w-0 flex-1 items-center gap-2.5 rounded-control">
            <Logo />
            <span className="font-strong text-lg tracking-title">OpsFlux</span>
          </Link>
        )}
        <IconButton
          label={folded ? t("nav.unfold") : t("nav.fold")}
          aria-expanded={!folded}
          onClick={onFold}
          className="text-text-3"
        >
          <PanelLeft size={16} aria-hidden="true" />
        </IconButton>
      </div>
      <nav aria-label={t("nav.label")} className="min-h-0 flex-1 overflow-y-auto px-2 pb-4">
        {groups.map((group) => (
          <NavSection key={group.key} group={group} folded={folded} />
        ))}
      </nav>
      <ServerFoot folded={folded} />
    </aside>
  );
}

export function NavSection({ group, folded }: { group: NavGroup; folded: boolean }) {
  return (
    <section className="mt-2 first:mt-0" aria-label={group.label}>
      <h2 className={classNames("px-2 pt-1.5 pb-1 font-medium text-text-3 text-xs", folded && "sr-only")}>
        {group.label}
      </h2>
      <ul>
        {group.items.map((item) => (
          <li key={item.key}>
            {item.items && !folded ? <NavTree item={item} /> : <NavLine item={item} folded={folded} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

const line =
  "flex min-h-7 w-full items-center gap-2.5 rounded-control border border-transparent px-2 text-left text-sm text-text-2 hover:bg-muted hover:text-text touch:min-h-11 touch:text-lg";
const chosen = "border-line! bg-surface! font-strong text-text! shadow-e1";

function NavLine({ item, folded }: { item: NavItem; folded: boolean }) {
  const { pathname } = useLocation();
  const { format } = useText();
  const targets = item.items ?? [item];
  const current = targets.some((target) => isCurrent(target.to, pathname));
  return (
    <Link
      to={item.to}
      aria-current={current ? "page" : undefined}
      title={folded ? item.label : undefined}
      className={classNames(line, "relative", current && chosen, folded && "justify-center")}
    >
      <Icon name={item.icon} className={current ? "text-accent-text" : "text-text-2"} />
      <span className={folded ? "sr-only" : "min-w-0 flex-1 truncate"}>{item.label}</span>
      {!folded && item.count !== undefined && (
        <span className="font-regular text-2xs text-text-3">{format.number(item.count)}</span>
      )}
      {item.waiting !== undefined && <WaitingPill count={item.waiting} folded={folded} />}
    </Link>
  );
}

/** What waits for a decision; where there is no room for a number, that there is something. */
function WaitingPill({ count, folded }: { count: number; folded: boolean }) {
  const { n, format } = useText();
  return (
    <>
      <span
        aria-hidden="true"
        className={
          folded
            ? "absolute top-1 right-1 size-2 rounded-full bg-accent"
            : "min-w-5 rounded-full bg-accent px-1.5 text-center font-strong text-2xs text-on-accent leading-5"
        }
      >
        {!folded && format.number(count)}
      </span>
      <span className="sr-only">{n("nav.waiting", count)}</span>
    </>
  );
}

/** A module with its pages; it opens by itself when one of them is shown. */
function NavTree({ item }: { item: NavItem }) {
  const { pathname } = useLocation();
  const within = (item.items ?? []).some((child) => isCurrent(child.to, pathname));
  const [open, setOpen] = useState(within);
  useEffect(() => {
    if (within) setOpen(true);
  }, [within]);
  return (
    <>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className={classNames(line, within && "font-strong text-text!")}
      >
        <Icon name={item.icon} className={within ? "text-accent-text" : "text-text-2"} />
        <span className="min-w-0 flex-1 truncate">{item.label}</span>
        <ChevronDown
          size={14}
          aria-hidden="true"
          className={classNames("text-text-3 transition-transform", !open && "-rotate-90")}
        />
      </button>
      {open && (
        <ul className="my-0.5 ml-4 border-line border-l pl-1.5">
          {(item.items ?? []).map((child) => (
            <li key={child.key}>
              <NavChild item={child} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function NavChild({ item }: { item: NavItem }) {
  const { pathname } = useLocation();
  const { format } = useText();
  const current = isCurrent(item.to, pathname);
  return (
    <Link
      to={item.to}
      aria-current={current ? "page" : undefined}
      className={classNames(line, current && chosen)}
    >
      <span className="min-w-0 flex-1 truncate">{item.label}</span>
      {item.count !== undefined && (
        <span className="font-regular text-2xs text-text-3">{format.number(item.count)}</span>
      )}
    </Link>
  );
}

/** Which server this is, and how fresh what is shown. */
function ServerFoot({ folded }: { folded: boolean }) {
  const { t, format } = useText();
  const { instance } = useApp();
  const { live, heardAt, silentSince } = useConnection();
  const tone = silentSince !== undefined ? "off" : live ? "ok" : "warn";
  const offline = silentSince !== undefined;
  const freshness = offline
    ? t("server.offline")
    : live
      ? t("server.live")
      : t("server.since", { time: format.time(new Date(heardAt)) });
  return (
    <div
      className={classNames(
        "flex h-9 shrink-0 items-center gap-2 border-line border-t text-text-3 text-xs",
        folded ? "justify-center" : "mx-2 px-2",
      )}
      title={folded ? `${instance.name}, ${freshness}` : undefined}
    >
      <StatusShape tone={tone} />
      <span className={folded ? "sr-only" : "min-w-0 flex-1 truncate"}>{instance.name}</span>
      <span className={folded ? "sr-only" : undefined}>{freshness}</span>
    </div>
  );
}
