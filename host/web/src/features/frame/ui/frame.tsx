import { classNames } from "@opsflux/ui";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { Outlet, useLocation, useNavigate } from "react-router";
import { useApp } from "../../../shared/api/app";
import { useText } from "../../../shared/i18n/text";
import { useBundles } from "../../../shared/modules/loader";
import { ErrorBoundary } from "../../../shared/ui/error_boundary";
import { type Crumb, CrumbsContext } from "../../../shared/ui/page";
import { narrow, useMedia, useRemembered } from "../../../shared/ui/preferences";
import { useShortcuts } from "../../../shared/ui/shortcuts";
import { Toasts } from "../../../shared/ui/toast";
import { Header } from "./header";
import { KeyboardMap, openKeyboardMap } from "./keyboard_map";
import { flatPages, type NavGroup, navigation } from "./navigation";
import { Palette } from "./palette";
import { PhoneBar } from "./phone_bar";
import { Sidebar } from "./sidebar";
import { BundleStrip, DevelopmentStrip, OfflineStrip, SeenByStrip } from "./strips";
import { useWaiting } from "./waiting";

/** "G" and then the first letter of a page goes there. */
function useGoKeys(groups: NavGroup[]): void {
  const navigate = useNavigate();
  const [waiting, setWaiting] = useState(false);
  useShortcuts({ g: waiting ? undefined : () => setWaiting(true) });
  useEffect(() => {
    if (!waiting) return;
    const timer = setTimeout(() => setWaiting(false), 1500);
    const onKey = (event: KeyboardEvent) => {
      setWaiting(false);
      const page = flatPages(groups).find((item) =>
        item.label.toLowerCase().startsWith(event.key.toLowerCase()),
      );
      if (!page || event.metaKey || event.ctrlKey) return;
      event.preventDefault();
      event.stopPropagation();
      void navigate(page.to);
    };
    document.addEventListener("keydown", onKey, { capture: true, once: true });
    return () => {
      clearTimeout(timer);
      document.removeEventListener("keydown", onKey, { capture: true });
    };
  }, [waiting, groups, navigate]);
}

export function Frame() {
  const text = useText();
  const app = useApp();
  const waiting = useWaiting();
  const groups = useMemo(() => navigation(app, text, waiting), [app, text, waiting]);
  const [crumbs, setCrumbs] = useState<Crumb[]>([]);
  const [palette, setPalette] = useState(false);
  const isNarrow = useMedia(narrow);
  const [wide, setWide] = useRemembered("sidebar", "open");
  const [narrowWide, setNarrowWide] = useState(false);
  const folded = isNarrow ? !narrowWide : wide !== "open";
  const fold = () => (isNarrow ? setNarrowWide(!narrowWide) : setWide(wide === "open" ? "folded" : "open"));
  useBundles(app.bundles);
  useGoKeys(groups);
  useShortcuts({ "mod+k": () => setPalette(true), "[": fold, "?": openKeyboardMap });
  return (
    <CrumbsContext value={setCrumbs}>
      <a
        href="#page"
        className="sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-50 focus:rounded-control focus:bg-surface focus:px-4 focus:py-2 focus:shadow-e3"
      >
        {text.t("nav.skip")}
      </a>
      <div className="flex h-full touch:flex-col">
        <Sidebar groups={groups} folded={folded} onFold={fold} />
        <div className="flex min-h-0 min-w-0 flex-1 flex-col touch:pt-2">
          <Header crumbs={crumbs} onSearch={() => setPalette(true)} />
          <SeenByStrip />
          <OfflineStrip />
          <DevelopmentStrip />
          <BundleStrip />
          <Sheet>
            <Outlet />
          </Sheet>
        </div>
        <PhoneBar groups={groups} onSearch={() => setPalette(true)} />
      </div>
      <Palette open={palette} onOpenChange={setPalette} groups={groups} />
      <KeyboardMap />
      <Toasts />
    </CrumbsContext>
  );
}

/** The calm sheet on the desk that holds the page. */
function Sheet({ children }: { children: ReactNode }) {
  const { pathname } = useLocation();
  return (
    <main
      id="page"
      tabIndex={-1}
      className={classNames(
        "relative mr-2 mb-2 min-h-0 flex-1 overflow-hidden rounded-card border border-line bg-surface shadow-e1 outline-none",
        "touch:m-0 touch:rounded-none touch:border-0 touch:bg-transparent touch:shadow-none",
      )}
    >
      <ErrorBoundary resetKey={pathname}>{children}</ErrorBoundary>
    </main>
  );
}
