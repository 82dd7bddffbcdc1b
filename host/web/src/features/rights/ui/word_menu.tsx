import { Check } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { Scope } from "../../../shared/api/rights";
import { useText } from "../../../shared/i18n/text";
import { menuItem, menuPanel } from "../../../shared/ui/overlay";
import { type Word, words } from "../api/book";
import { wordText } from "./cell_text";

export interface WordMenuProps {
  label: string;
  word: Word;
  byModule: Scope | undefined;
  onChoose: (word: Word) => void;
  onClose: () => void;
  /** Gets the focus back. */
  onClosed: () => void;
}

/** Opens over the cell that it is put into, and lies in it only while it is open. */
export function WordMenu({ label, word, byModule, onChoose, onClose, onClosed }: WordMenuProps) {
  const text = useText();
  return (
    <DropdownMenu.Root open modal={false} onOpenChange={(open) => !open && onClose()}>
      <DropdownMenu.Trigger asChild>
        <span className="pointer-events-none absolute inset-0" aria-hidden="true" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={document.getElementById("page")}>
        <DropdownMenu.Content
          aria-label={label}
          align="start"
          sideOffset={2}
          collisionPadding={12}
          className={menuPanel}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            onClosed();
          }}
        >
          <DropdownMenu.RadioGroup value={word} onValueChange={(value) => onChoose(value as Word)}>
            {words.map((one) => (
              <DropdownMenu.RadioItem key={one} value={one} className={menuItem}>
                <span className="w-4">
                  <DropdownMenu.ItemIndicator>
                    <Check size={14} aria-hidden="true" />
                  </DropdownMenu.ItemIndicator>
                </span>
                <span className="flex-1">{wordText(text, one, byModule)}</span>
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
