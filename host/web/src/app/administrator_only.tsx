import { Suspense } from "react";
import { Outlet } from "react-router";
import {
  isAdministrator,
  mayAddFields,
  mayAudit,
  mayChangeTexts,
  mayManageMail,
  mayManagePrivacy,
  maySeeSettings,
  useApp,
} from "../shared/api/app";
import { maySeeRoles } from "../shared/api/rights";
import { useText } from "../shared/i18n/text";
import { NoPermission } from "../shared/ui/no_permission";

export function AdministratorOnly() {
  const { t } = useText();
  const { user } = useApp();
  if (!isAdministrator(user)) return <NoPermission right={t("no_permission.administrator")} />;
  return (
    <Suspense fallback={null}>
      <Outlet />
    </Suspense>
  );
}

export function AuditorOnly() {
  const { t } = useText();
  const { user } = useApp();
  return mayAudit(user) ? <Outlet /> : <NoPermission right={t("no_permission.audit")} />;
}

export function FieldMakerOnly() {
  const { t } = useText();
  const { user } = useApp();
  if (!mayAddFields(user)) return <NoPermission right={t("no_permission.fields")} />;
  return (
    <Suspense fallback={null}>
      <Outlet />
    </Suspense>
  );
}

export function SettingsViewerOnly() {
  const { t } = useText();
  const { user } = useApp();
  if (!maySeeSettings(user)) return <NoPermission right={t("no_permission.settings")} />;
  return (
    <Suspense fallback={null}>
      <Outlet />
    </Suspense>
  );
}

export function RolesViewerOnly() {
  const { t } = useText();
  const { user } = useApp();
  if (!maySeeRoles(user)) return <NoPermission right={t("no_permission.roles")} />;
  return (
    <Suspense fallback={null}>
      <Outlet />
    </Suspense>
  );
}

export function TextChangerOnly() {
  const { t } = useText();
  const { user } = useApp();
  if (!mayChangeTexts(user)) return <NoPermission right={t("no_permission.texts")} />;
  return (
    <Suspense fallback={null}>
      <Outlet />
    </Suspense>
  );
}

export function MailKeeperOnly() {
  const { t } = useText();
  const { user } = useApp();
  if (!mayManageMail(user)) return <NoPermission right={t("no_permission.mail")} />;
  return (
    <Suspense fallback={null}>
      <Outlet />
    </Suspense>
  );
}

export function PrivacyKeeperOnly() {
  const { t } = useText();
  const { user } = useApp();
  if (!mayManagePrivacy(user)) return <NoPermission right={t("no_permission.privacy")} />;
  return (
    <Suspense fallback={null}>
      <Outlet />
    </Suspense>
  );
}
