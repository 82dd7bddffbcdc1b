import { classNames } from "@opsflux/ui";
import { createContext, type ReactNode, useContext, useEffect } from "react";

export interface Crumb {
  label: string;
  to?: string;
}

export const CrumbsContext = createContext<(crumbs: Crumb[]) => void>(() => undefined);

/** Tells the frame where the user is; the last crumb is this page and also the title of the browser's tab. */
export function useCrumbs(crumbs: Crumb[]): void {
  const set = useContext(CrumbsContext);
  const key = JSON.stringify(crumbs);
  useEffect(() => {
    const parsed = JSON.parse(key) as Crumb[];
    set(parsed);
    const last = parsed.at(-1);
    document.title = last ? `${last.label} · OpsFlux` : "OpsFlux";
  }, [key, set]);
}

/** The page itself when it scrolls as a whole. */
export function PageBody({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <div
      tabIndex={0}
      data-focus="inside"
      className={classNames("h-full overflow-y-auto overscroll-contain", className)}
    >
      {children}
    </div>
  );
}

export interface PageHeadProps {
  icon?: ReactNode;
  title: string;
  /** Beside the title: a version, a status. */
  badges?: ReactNode;
  subtitle?: ReactNode;
  actions?: ReactNode;
  className?: string;
}

export function PageHead({ icon, title, badges, subtitle, actions, className }: PageHeadProps) {
  return (
    <header
      className={classNames("flex flex-wrap items-center gap-x-4 gap-y-3 px-6 py-4 touch:px-4", className)}
    >
      {icon}
      <div className="min-w-0 flex-1 basis-60">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="font-strong text-xl leading-tight tracking-title touch:text-2xl">{title}</h1>
          {badges}
        </div>
        {subtitle && <div className="mt-1 text-body text-text-2">{subtitle}</div>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}

/** A module's or a kind's icon on a soft ground. */
export function IconTile({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <span
      className={classNames(
        "grid size-11 shrink-0 place-items-center rounded-card border border-accent-line bg-accent-soft text-accent-text",
        className,
      )}
    >
      {children}
    </span>
  );
}
