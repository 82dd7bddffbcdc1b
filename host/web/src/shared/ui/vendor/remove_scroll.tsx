import type { ElementType, ReactNode, Ref } from "react";

interface RemoveScrollProps {
  as?: ElementType;
  children?: ReactNode;
  ref?: Ref<HTMLElement>;
  allowPinchZoom?: boolean;
  shards?: unknown;
}

/**
 * Stands in for react-remove-scroll, which writes a style element into the page; the content security policy allows
 * none. The page itself never scrolls (the sheet does), and overlays contain their own scrolling.
 */
export function RemoveScroll({
  as: As = "div",
  allowPinchZoom: _zoom,
  shards: _shards,
  ...rest
}: RemoveScrollProps) {
  return <As {...rest} />;
}
RemoveScroll.classNames = { fullWidth: "", zeroRight: "" };
