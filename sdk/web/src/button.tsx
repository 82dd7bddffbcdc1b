import type { ComponentProps, ReactNode } from "react";
import { classNames } from "./class_names";

export type ButtonKind = "primary" | "secondary" | "quiet" | "danger";

export interface ButtonProps extends ComponentProps<"button"> {
  /** At most one primary button in a view. */
  kind?: ButtonKind;
  /** 16 px, before the label. */
  icon?: ReactNode;
  /** A key that does the same, shown at the end. */
  shortcut?: string;
  /** Work is under way: the button keeps its width and cannot be pressed. */
  busy?: boolean;
}

const kinds: Record<ButtonKind, string> = {
  primary:
    "border-transparent bg-accent text-on-accent hover:bg-accent-hover disabled:bg-pressed disabled:text-text-3",
  secondary: "border-line bg-surface text-text shadow-e1 hover:bg-muted disabled:text-text-3",
  quiet: "border-transparent bg-transparent text-text hover:bg-muted disabled:text-text-3",
  danger: "border-line bg-surface text-danger-text shadow-e1 hover:bg-danger-soft disabled:text-text-3",
};

export const buttonBase =
  "relative inline-flex h-(--control-h) shrink-0 cursor-pointer items-center justify-center gap-1.5 rounded-control border px-3 font-medium text-sm whitespace-nowrap transition-colors duration-(--t-fast) select-none disabled:cursor-not-allowed touch:min-h-11 touch:px-4";

/** The classes of a button, for links that look like one. */
export function buttonClasses(kind: ButtonKind = "secondary", className?: string): string {
  return classNames(buttonBase, kinds[kind], className);
}

export function Button({ kind, icon, shortcut, busy, className, children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={buttonClasses(kind, className)}
    >
      {icon}
      {children}
      {shortcut && (
        <kbd
          aria-hidden="true"
          className={classNames(
            "ml-0.5 -mr-1 rounded-tag px-1.5 py-px font-medium font-sans text-2xs touch:hidden",
            kind === "primary" ? "bg-on-accent/12" : "bg-muted text-text-3",
          )}
        >
          {shortcut}
        </kbd>
      )}
    </button>
  );
}
