import type { ReactNode } from "react";
import { useId } from "react";
import { classNames } from "./class_names";

export interface CardProps {
  title?: ReactNode;
  /** 16 px, before the title. */
  icon?: ReactNode;
  /** Said at the end of the head: a count, a period, a link. */
  aside?: ReactNode;
  /** Leave out the space around the content, for tables and rows. */
  flush?: boolean;
  className?: string;
  children: ReactNode;
}

/** A part of a page with a head and an edge. */
export function Card({ title, icon, aside, flush, className, children }: CardProps) {
  const id = useId();
  return (
    <section
      aria-labelledby={title ? id : undefined}
      className={classNames("overflow-hidden rounded-card border border-line bg-surface", className)}
    >
      {title && (
        <header className="flex min-h-9 flex-wrap items-center gap-x-2.5 border-line border-b bg-subtle px-3.5 py-1.5">
          {icon && <span className="text-text-3">{icon}</span>}
          <h2 id={id} className="min-w-0 flex-auto truncate font-strong text-body">
            {title}
          </h2>
          {aside && <div className="text-text-3 text-xs">{aside}</div>}
        </header>
      )}
      <div className={flush ? undefined : "p-3.5"}>{children}</div>
    </section>
  );
}
