import type { ReactNode } from "react";
import { classNames } from "./class_names";
import type { Category } from "./types";

const tabs: Record<Category, string> = {
  "cat-1": "bg-cat-1",
  "cat-2": "bg-cat-2",
  "cat-3": "bg-cat-3",
  "cat-4": "bg-cat-4",
  "cat-5": "bg-cat-5",
  "cat-6": "bg-cat-6",
};

/** A word with an edge: a label that a person gave, a version, a criterion. */
export function Tag({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <span
      className={classNames(
        "inline-flex max-w-full items-center rounded-tag border border-line bg-surface px-1.5 py-px text-sm",
        className,
      )}
    >
      <span className="truncate">{children}</span>
    </span>
  );
}

/** A type: plain text with a 3 px tab in the colour of its category. */
export function CategoryText({ category, children }: { category: Category | undefined; children: ReactNode }) {
  return (
    <span className="inline-flex min-w-0 items-center gap-2">
      {category && <span aria-hidden="true" className={classNames("h-3 w-[3px] shrink-0 rounded-[1px]", tabs[category])} />}
      <span className="truncate">{children}</span>
    </span>
  );
}
