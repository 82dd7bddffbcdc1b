import { icons, Square } from "lucide-react";
import type { IconProps } from "./icon";

/** "git-branch" names the component GitBranch. */
function componentName(name: string): string {
  return name.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

export function AnyIcon({ name, size, className }: IconProps) {
  const Found = (icons as Record<string, typeof Square>)[componentName(name ?? "")] ?? Square;
  return <Found size={size} className={className} aria-hidden="true" />;
}
