import { type RefObject, useLayoutEffect, useState } from "react";

export interface Extent {
  top: number;
  left: number;
  height: number;
  width: number;
}

/** Where an element is scrolled to and how much of it shows. */
export function useExtent(ref: RefObject<HTMLElement | null>): Extent {
  const [extent, setExtent] = useState<Extent>({ top: 0, left: 0, height: 0, width: 0 });
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const read = () =>
      setExtent({
        top: element.scrollTop,
        left: element.scrollLeft,
        height: element.clientHeight,
        width: element.clientWidth,
      });
    const observer = new ResizeObserver(read);
    observer.observe(element);
    element.addEventListener("scroll", read, { passive: true });
    read();
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", read);
    };
  }, [ref]);
  return extent;
}

/** The places of those of `count` things of one size that show, with some more on both sides, and `always`. */
export function shown(from: number, length: number, size: number, count: number, always: number): number[] {
  const spare = 4;
  const first = Math.max(0, Math.floor(from / size) - spare);
  const end = Math.min(count, Math.ceil((from + length) / size) + spare);
  const out = Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
  if (always < 0 || always >= count) return out;
  if (always < first) return [always, ...out];
  return always >= end ? [...out, always] : out;
}
