import { Button, classNames } from "@opsflux/ui";
import { X } from "lucide-react";
import { DropdownMenu, Dialog as RadixDialog, Popover as RadixPopover } from "radix-ui";
import { type ReactNode, useState } from "react";
import { useText } from "../i18n/text";

export interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  children?: ReactNode;
  /** At the end: the way out first, the action last. */
  foot?: ReactNode;
  wide?: boolean;
}

export const scrim = "fixed inset-0 z-40 animate-appear bg-shade";

export function Dialog({ open, onOpenChange, ...panel }: DialogProps) {
  return (
    <RadixDialog.Root open={open} onOpenChange={onOpenChange}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className={scrim} />
        <DialogPanel {...panel} />
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

/** What has the focus now; for an entry of a menu, which is about to go, the menu's button. */
function focusHolder(): HTMLElement | null {
  const holder = document.activeElement as HTMLElement | null;
  const menu = holder?.closest("[role=menu]");
  return menu ? document.getElementById(menu.getAttribute("aria-labelledby") ?? "") : holder;
}

function DialogPanel({
  title,
  description,
  children,
  foot,
  wide,
}: Omit<DialogProps, "open" | "onOpenChange">) {
  const { t } = useText();
  // Radix gives the focus back to a trigger of its own only, and our dialogs are opened from anywhere.
  const [opener] = useState(focusHolder);
  return (
    <RadixDialog.Content
      {...(description ? {} : { "aria-describedby": undefined })}
      onCloseAutoFocus={(event) => {
        event.preventDefault();
        opener?.focus();
      }}
      className={classNames(
        "fixed inset-x-4 top-[12dvh] z-50 mx-auto flex max-h-[76dvh] animate-rise flex-col rounded-sheet border border-line bg-surface shadow-e3",
        "touch:inset-x-0 touch:top-auto touch:bottom-0 touch:max-h-[92dvh] touch:rounded-b-none",
        wide ? "max-w-3xl" : "max-w-lg",
      )}
    >
      <header className="flex items-start gap-3 px-5 pt-4 pb-2">
        <div className="min-w-0 flex-1">
          <RadixDialog.Title className="font-strong text-lg">{title}</RadixDialog.Title>
          {description && (
            <RadixDialog.Description className="mt-1 text-body text-text-2 leading-read">
              {description}
            </RadixDialog.Description>
          )}
        </div>
        <RadixDialog.Close asChild>
          <IconButton label={t("action.close")} className="-mr-1.5">
            <X size={16} aria-hidden="true" />
          </IconButton>
        </RadixDialog.Close>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-5 py-2">{children}</div>
      {foot && <footer className="flex flex-wrap justify-end gap-2 px-5 pt-2 pb-4">{foot}</footer>}
    </RadixDialog.Content>
  );
}

export interface IconButtonProps extends React.ComponentProps<"button"> {
  label: string;
  edged?: boolean;
}

/** A button that shows only an icon; its label is read out and shown on hover. */
export function IconButton({ label, edged, className, ...rest }: IconButtonProps) {
  return (
    <Button
      kind={edged ? "secondary" : "quiet"}
      aria-label={label}
      title={label}
      {...rest}
      className={classNames("aspect-square px-0! touch:min-w-11", className)}
    />
  );
}

const panel = "z-50 animate-appear rounded-card border border-line bg-surface shadow-e2";

export interface PopoverProps {
  trigger: ReactNode;
  children: ReactNode;
  label: string;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  /** Once it is gone and the trigger gets the focus back: what is opened now gives it back in turn. */
  onClosed?: () => void;
  align?: "start" | "end";
  className?: string;
}

export function Popover({
  trigger,
  children,
  label,
  open,
  onOpenChange,
  onClosed,
  align = "start",
  className,
}: PopoverProps) {
  return (
    <RadixPopover.Root open={open} onOpenChange={onOpenChange}>
      <RadixPopover.Trigger asChild>{trigger}</RadixPopover.Trigger>
      <RadixPopover.Portal>
        <RadixPopover.Content
          aria-label={label}
          align={align}
          sideOffset={6}
          collisionPadding={12}
          onCloseAutoFocus={onClosed}
          className={classNames(
            panel,
            "max-h-(--radix-popover-content-available-height) overflow-y-auto p-3",
            className,
          )}
        >
          {children}
        </RadixPopover.Content>
      </RadixPopover.Portal>
    </RadixPopover.Root>
  );
}

export interface MenuProps {
  trigger: ReactNode;
  children: ReactNode;
  align?: "start" | "end";
}

/** Of a menu that is opened otherwise than by Menu. */
export const menuPanel = classNames(panel, "min-w-52 p-1");

/** Drawn inside the page's landmark, so that its entries belong to a part of the page. */
export function Menu({ trigger, children, align = "end" }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal container={document.getElementById("page")}>
        <DropdownMenu.Content align={align} sideOffset={6} collisionPadding={12} className={menuPanel}>
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

export const menuItem =
  "flex min-h-8 cursor-pointer items-center gap-2.5 rounded-control px-2.5 py-1.5 text-sm outline-none data-highlighted:bg-muted data-disabled:cursor-not-allowed data-disabled:text-text-3 touch:min-h-11 touch:text-lg";

export interface MenuItemProps {
  icon?: ReactNode;
  onSelect: () => void;
  danger?: boolean;
  disabled?: boolean;
  shortcut?: string;
  children: ReactNode;
}

export function MenuItem({ icon, onSelect, danger, disabled, shortcut, children }: MenuItemProps) {
  return (
    <DropdownMenu.Item
      disabled={disabled}
      onSelect={onSelect}
      className={classNames(menuItem, danger && "text-danger-text")}
    >
      {icon}
      <span className="flex-1">{children}</span>
      {shortcut && <Key>{shortcut}</Key>}
    </DropdownMenu.Item>
  );
}

export function Key({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-grid min-w-5 place-items-center rounded-tag border border-line bg-subtle px-1 font-medium font-sans text-2xs text-text-3">
      {children}
    </kbd>
  );
}
