import { type RefObject, useEffect } from "react";

/** The first refused field gets the focus, so that it is seen and read out. */
export function useFirstRefusal(form: RefObject<HTMLFormElement | null>, error: Error | null): void {
  useEffect(() => {
    if (error) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [form, error]);
}
