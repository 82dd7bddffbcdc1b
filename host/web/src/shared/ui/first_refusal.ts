import { type RefObject, useEffect } from "react";

/** The first refused field gets the focus, so that it is seen and read out. */
export function useFirstRefusal(form: RefObject<HTMLFormElement | null>, error: Error | null): void {
  useEffect(() => {
    if (!error) return;
    // Once the tab that holds it is open.
    const frame = requestAnimationFrame(() =>
      form.current
        ?.querySelector<HTMLElement>('[aria-invalid="true"]:not([hidden] *), [data-invalid]:not([hidden] *)')
        ?.focus(),
    );
    return () => cancelAnimationFrame(frame);
  }, [form, error]);
}
