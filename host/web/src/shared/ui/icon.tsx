import type { LucideIcon } from "lucide-react";
import {
  Activity,
  Anchor,
  Bell,
  Blocks,
  Boxes,
  Briefcase,
  Building,
  Building2,
  Calendar,
  ChartColumn,
  ClipboardCheck,
  ClipboardList,
  Contact,
  Cpu,
  Database,
  Factory,
  FileText,
  Flag,
  Folder,
  FolderKanban,
  Gauge,
  GitPullRequestArrow,
  Globe,
  HardHat,
  House,
  Inbox,
  LayoutDashboard,
  LifeBuoy,
  Link,
  ListChecks,
  Mail,
  Map as MapIcon,
  MapPin,
  Package,
  Phone,
  Plane,
  Puzzle,
  Receipt,
  RefreshCw,
  ScrollText,
  Settings,
  Shield,
  ShieldCheck,
  Ship,
  ShoppingCart,
  Square,
  Star,
  Tag,
  TextCursorInput,
  Truck,
  User,
  Users,
  Warehouse,
  Wrench,
  Zap,
} from "lucide-react";
import { lazy, Suspense } from "react";

/** What modules name most; all others of Lucide come in one file of their own, fetched when one is named. */
const common: Record<string, LucideIcon> = {
  activity: Activity,
  anchor: Anchor,
  bell: Bell,
  blocks: Blocks,
  boxes: Boxes,
  briefcase: Briefcase,
  building: Building,
  "building-2": Building2,
  calendar: Calendar,
  "chart-column": ChartColumn,
  "clipboard-check": ClipboardCheck,
  "clipboard-list": ClipboardList,
  contact: Contact,
  cpu: Cpu,
  database: Database,
  factory: Factory,
  "file-text": FileText,
  flag: Flag,
  folder: Folder,
  "folder-kanban": FolderKanban,
  gauge: Gauge,
  "git-pull-request-arrow": GitPullRequestArrow,
  globe: Globe,
  "hard-hat": HardHat,
  house: House,
  inbox: Inbox,
  "layout-dashboard": LayoutDashboard,
  "life-buoy": LifeBuoy,
  link: Link,
  "list-checks": ListChecks,
  mail: Mail,
  map: MapIcon,
  "map-pin": MapPin,
  package: Package,
  phone: Phone,
  plane: Plane,
  puzzle: Puzzle,
  receipt: Receipt,
  "refresh-cw": RefreshCw,
  "scroll-text": ScrollText,
  settings: Settings,
  shield: Shield,
  "shield-check": ShieldCheck,
  ship: Ship,
  "shopping-cart": ShoppingCart,
  star: Star,
  tag: Tag,
  "text-cursor-input": TextCursorInput,
  truck: Truck,
  user: User,
  users: Users,
  warehouse: Warehouse,
  wrench: Wrench,
  zap: Zap,
};

const AnyIcon = lazy(() => import("./any_icon").then((module) => ({ default: module.AnyIcon })));

export interface IconProps {
  /** A name of Lucide, as manifests and entity definitions use it. */
  name: string | undefined;
  size?: number;
  className?: string;
}

export function Icon({ name, size = 16, className }: IconProps) {
  const Known = name === undefined ? Square : common[name];
  if (Known) return <Known size={size} className={className} aria-hidden="true" />;
  return (
    <Suspense fallback={<Square size={size} className={className} aria-hidden="true" />}>
      <AnyIcon name={name ?? ""} size={size} className={className} />
    </Suspense>
  );
}
