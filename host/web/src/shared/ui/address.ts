import { useCallback } from "react";
import { useNavigate, useSearchParams } from "react-router";

/** What the address will say after its question mark as soon as the router has taken it over. */
let underWay: { path: string; search: string } | undefined;

export interface AddressOptions {
  /** The way back leads to what stood there before; not said: the change takes its place. */
  keep?: boolean;
}

export type ChangeAddress = (write: (search: URLSearchParams) => void, options?: AddressOptions) => void;

/**
 * What the address says after its question mark, and the one way to change it. `write` is given what stands there at
 * that moment, not what was drawn: react-router's own setter counts from the last drawing, so that of two changes
 * in quick succession the first is lost.
 */
export function useAddress(): readonly [URLSearchParams, ChangeAddress] {
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const change = useCallback<ChangeAddress>(
    (write, { keep = false } = {}) => {
      const path = window.location.pathname;
      const next = new URLSearchParams(underWay?.path === path ? underWay.search : window.location.search);
      write(next);
      const mine = { path, search: next.toString() };
      underWay = mine;
      void Promise.resolve(navigate(`?${mine.search}`, { replace: !keep })).finally(() => {
        if (underWay === mine) underWay = undefined;
      });
    },
    [navigate],
  );
  return [search, change];
}

/** Names without a value are taken out. */
export function setAll(search: URLSearchParams, values: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value) search.set(name, value);
    else search.delete(name);
  }
}
