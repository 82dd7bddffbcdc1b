import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { Navigate, useLocation, useNavigate } from "react-router";
import { isStatus } from "../shared/api/api_error";
import { type User, useAppQuery } from "../shared/api/app";
import { startLive } from "../shared/api/live";
import { onSessionLost } from "../shared/api/request";
import { forgetSession } from "../shared/api/session";
import { toLanguage } from "../shared/i18n/messages";
import { useText } from "../shared/i18n/text";
import { recall, setDensity, setTheme } from "../shared/ui/preferences";
import { PageSkeleton, Waiting } from "../shared/ui/skeleton";
import { Failure } from "../shared/ui/states";

/** Where to come back to after the log-in. */
function loginPath(path: string, expired: boolean): string {
  const search = new URLSearchParams();
  if (path !== "/") search.set("next", path);
  if (expired) search.set("expired", "1");
  const text = search.toString();
  return text ? `/login?${text}` : "/login";
}

/** Preferences of the user count on a device where none were chosen yet. */
function usePreferencesOf(user: User | undefined): void {
  const { setLanguage } = useText();
  useEffect(() => {
    if (!user) return;
    if (user.theme && recall("theme") === undefined) setTheme(user.theme);
    if (user.density && recall("density") === undefined) setDensity(user.density);
    const language = toLanguage(user.language);
    if (language && recall("language") === undefined) setLanguage(language);
  }, [user, setLanguage]);
}

/** When the session ends while a page is open, the log-in comes back to that page. */
function useLeaveOnLoss(signedIn: boolean): void {
  const client = useQueryClient();
  const navigate = useNavigate();
  useEffect(() => {
    if (!signedIn) return;
    return onSessionLost(() => {
      const here = window.location.pathname + window.location.search;
      void Promise.resolve(navigate(loginPath(here, true), { replace: true })).then(() =>
        forgetSession(client),
      );
    });
  }, [signedIn, client, navigate]);
}

function useLive(signedIn: boolean): void {
  const client = useQueryClient();
  const { language } = useText();
  useEffect(() => (signedIn ? startLive(client) : undefined), [signedIn, client]);
  useEffect(() => {
    if (signedIn) void client.invalidateQueries({ queryKey: ["texts", language] });
  }, [signedIn, client, language]);
}

export function SignedIn({ children }: { children: ReactNode }) {
  const { t } = useText();
  const location = useLocation();
  const app = useAppQuery();
  const signedIn = app.data !== undefined;
  usePreferencesOf(app.data?.user);
  useLeaveOnLoss(signedIn);
  useLive(signedIn);
  if (app.data) return children;
  if (isStatus(app.error, 401))
    return <Navigate to={loginPath(location.pathname + location.search, false)} replace />;
  if (app.error)
    return <Failure page error={app.error} title={t("error.start")} onRetry={() => void app.refetch()} />;
  return (
    <Waiting what={t("state.application")}>
      <PageSkeleton />
    </Waiting>
  );
}
