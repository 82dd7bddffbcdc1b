import { classNames } from "@opsflux/ui";
import { type DragEvent, type ReactNode, type RefObject, useRef, useState } from "react";

export interface DropAreaProps {
  /** At least one; more only where `multiple`. */
  onFiles: (files: File[]) => void;
  multiple?: boolean;
  /** Endings and media types, as of a file input; what is dropped is not held against it. */
  accept?: string;
  /** Nothing is taken for now. */
  disabled?: boolean;
  /** No frame but while a file is held over it: for a place among other things. */
  plain?: boolean;
  className?: string;
  /** For a button elsewhere on the page, which opens the file choice by a click on this. */
  inputRef?: RefObject<HTMLInputElement | null>;
  /** `choose` opens the file choice; a button for it is what the keyboard reaches. */
  children: (choose: () => void) => ReactNode;
}

const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes("Files");

/** Whether something is held over it: entering what lies inside comes before leaving the outside. */
function useHover() {
  const [over, setOver] = useState(false);
  const depth = useRef(0);
  const set = (value: number) => {
    depth.current = Math.max(0, value);
    setOver(depth.current > 0);
  };
  return {
    over,
    enter: () => set(depth.current + 1),
    leave: () => set(depth.current - 1),
    end: () => set(0),
  };
}

/** Takes files that are dropped onto it or chosen. */
export function DropArea(props: DropAreaProps) {
  const { onFiles, multiple, accept, disabled, plain, className, children } = props;
  const own = useRef<HTMLInputElement>(null);
  const input = props.inputRef ?? own;
  const { over, enter, leave, end } = useHover();
  const take = (files: File[]) => {
    if (files.length > 0 && !disabled) onFiles(multiple ? files : files.slice(0, 1));
  };
  const hold = (event: DragEvent) => {
    // Refused or not, the browser must not leave the page for the file.
    if (!hasFiles(event)) return;
    event.preventDefault();
    if (disabled) event.dataTransfer.dropEffect = "none";
  };
  const drop = (event: DragEvent) => {
    end();
    if (!hasFiles(event)) return;
    event.preventDefault();
    take([...event.dataTransfer.files]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button is the first
    <div
      onDragEnter={(event) => hasFiles(event) && enter()}
      onDragLeave={(event) => hasFiles(event) && leave()}
      onDragOver={hold}
      onDrop={drop}
      className={classNames(
        "rounded-card border transition-colors",
        over && !disabled
          ? "border-accent border-dashed bg-accent-soft"
          : plain
            ? "border-transparent"
            : "border-line-control border-dashed bg-subtle",
        className,
      )}
    >
      <input
        ref={input}
        type="file"
        hidden
        multiple={multiple}
        accept={accept}
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          // The same file may be chosen again.
          event.target.value = "";
          take(files);
        }}
      />
      {children(() => input.current?.click())}
    </div>
  );
}
