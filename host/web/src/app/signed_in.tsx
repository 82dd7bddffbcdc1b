import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef } from "react";
import { Navigate, useLocation, useNavigate } from "react-router";
import { ProofHost } from "../features/proof/ui/proof_host";
import { isStatus } from "../shared/api/api_error";
import { type User, useAppQuery } from "../shared/api/app";
import { startLive } from "../shared/api/live";
import { startPreferences } from "../shared/api/preferences";
import { onSessionLost } from "../shared/api/request";
import { forgetSession, onLogOutElsewhere } from "../shared/api/session";
import { toLanguage } from "../shared/i18n/messages";
import { useText } from "../shared/i18n/text";
import { announce, rememberQuietly } from "../shared/ui/preferences";
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

/** What the device remembers is for those who are not signed in yet; then the user's own preferences count. */
function usePreferencesOf(user: User | undefined): void {
  const client = useQueryClient();
  const { setLanguage } = useText();
  const language = toLanguage(user?.language);
  const latest = useRef(user);
  latest.current = user;
  const id = user?.id;
  const zone = user ? (user.time_zone ?? "") : undefined;
  useEffect(() => {
    if (!id || !latest.current) return;
    return startPreferences(latest.current, { client, setLanguage });
  }, [id, client, setLanguage]);
  useEffect(() => {
    if (zone === undefined) return;
    rememberQuietly("time_zone", zone || undefined);
    announce();
  }, [zone]);
  useEffect(() => {
    if (!language) return;
    rememberQuietly("language", language);
    setLanguage(language);
  }, [language, setLanguage]);
}

/** When the session ends while a page is open, the log-in comes back to that page. */
function useLeaveOnLoss(signedIn: boolean): void {
  const client = useQueryClient();
  const navigate = useNavigate();
  useEffect(() => {
    if (!signedIn) return;
    let left = false;
    const leave = (expired: boolean) => {
      // Several requests learn of the end together; only the first still knows the page to come back to.
      if (left) return;
      left = true;
      const here = window.location.pathname + window.location.search;
      void Promise.resolve(navigate(loginPath(here, expired), { replace: true })).then(() =>
        forgetSession(client),
      );
    };
    const stops = [onSessionLost(() => leave(true)), onLogOutElsewhere(() => leave(false))];
    return () => {
      for (const stop of stops) stop();
    };
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
  if (app.data)
    return (
      <>
        {children}
        <ProofHost />
      </>
    );
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
