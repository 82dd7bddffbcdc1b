import { lazy, Suspense } from "react";
import { createBrowserRouter } from "react-router";
import { ApiDocsPage } from "../features/api_docs/ui/api_docs_page";
import { AuditPage } from "../features/audit/ui/audit_page";
import { Frame } from "../features/frame/ui/frame";
import { HomePage } from "../features/home/ui/home_page";
import { ConsentGate } from "../features/privacy/ui/consent_gate";
import { FormPage } from "../features/records/ui/form_page";
import { ListPage } from "../features/records/ui/list_page";
import { RecordPage } from "../features/records/ui/record_page";
import { InvitePage } from "../features/session/ui/invite_page";
import { LoginPage } from "../features/session/ui/login_page";
import { MagicPage } from "../features/session/ui/magic_page";
import { RequestAccessPage } from "../features/session/ui/request_access_page";
import { ResetPage } from "../features/session/ui/reset_page";
import { SetupPage } from "../features/session/ui/setup_page";
import {
  AdministratorOnly,
  AuditorOnly,
  FieldMakerOnly,
  MailKeeperOnly,
  PrivacyKeeperOnly,
  RolesViewerOnly,
  SettingsViewerOnly,
  TextChangerOnly,
} from "./administrator_only";
import { CollectionRoute, RecordRoute } from "./entity_routes";
import { NotFound } from "./not_found";
import { SignedIn } from "./signed_in";

/** What few people open is read when they do. */
const ModulesPage = lazy(() =>
  import("../features/modules/ui/modules_page").then((module) => ({ default: module.ModulesPage })),
);
const ModulePage = lazy(() =>
  import("../features/modules/ui/module_page").then((module) => ({ default: module.ModulePage })),
);
const PlanPage = lazy(() =>
  import("../features/modules/ui/plan_page").then((module) => ({ default: module.PlanPage })),
);

const FieldsPage = lazy(() =>
  import("../features/custom_fields/ui/fields_page").then((module) => ({ default: module.FieldsPage })),
);

const TextsPage = lazy(() =>
  import("../features/texts/ui/texts_page").then((module) => ({ default: module.TextsPage })),
);

const AccountPage = lazy(() =>
  import("../features/account/ui/account_page").then((module) => ({ default: module.AccountPage })),
);

const MailPage = lazy(() =>
  import("../features/mail/ui/mail_page").then((module) => ({ default: module.MailPage })),
);

const MatrixPage = lazy(() =>
  import("../features/rights/ui/matrix_page").then((module) => ({ default: module.MatrixPage })),
);

const OwnPrivacyPage = lazy(() =>
  import("../features/privacy/ui/own_privacy_page").then((module) => ({ default: module.OwnPrivacyPage })),
);

const PrivacyAdminPage = lazy(() =>
  import("../features/privacy/ui/privacy_admin_page").then((module) => ({
    default: module.PrivacyAdminPage,
  })),
);

const SettingsPage = lazy(() =>
  import("../features/settings/ui/settings_page").then((module) => ({ default: module.SettingsPage })),
);

const PreferencesPage = lazy(() =>
  import("../features/preferences/ui/preferences_page").then((module) => ({
    default: module.PreferencesPage,
  })),
);

const SessionsPage = lazy(() =>
  import("../features/sessions/ui/sessions_page").then((module) => ({ default: module.SessionsPage })),
);

const ImportPage = lazy(() =>
  import("../features/records/ui/import/import_page").then((module) => ({ default: module.ImportPage })),
);

export function createRouter() {
  return createBrowserRouter([
    { path: "/setup", element: <SetupPage /> },
    { path: "/login", element: <LoginPage /> },
    { path: "/invite", element: <InvitePage /> },
    { path: "/reset", element: <ResetPage /> },
    { path: "/request-access", element: <RequestAccessPage /> },
    { path: "/magic", element: <MagicPage /> },
    {
      element: (
        <SignedIn>
          <ConsentGate>
            <Frame />
          </ConsentGate>
        </SignedIn>
      ),
      children: [
        { path: "/", element: <HomePage /> },
        {
          path: "/account",
          element: (
            <Suspense fallback={null}>
              <AccountPage />
            </Suspense>
          ),
        },
        {
          path: "/account/privacy",
          element: (
            <Suspense fallback={null}>
              <OwnPrivacyPage />
            </Suspense>
          ),
        },
        { path: "/api/docs", element: <ApiDocsPage /> },
        {
          path: "/preferences",
          element: (
            <Suspense fallback={null}>
              <PreferencesPage />
            </Suspense>
          ),
        },
        {
          path: "/account/sessions",
          element: (
            <Suspense fallback={null}>
              <SessionsPage />
            </Suspense>
          ),
        },
        {
          path: "/system/modules",
          element: <AdministratorOnly />,
          children: [
            { index: true, element: <ModulesPage /> },
            { path: "plans/:digest", element: <PlanPage /> },
            { path: ":id", element: <ModulePage /> },
          ],
        },
        {
          path: "/system/audit",
          element: <AuditorOnly />,
          children: [{ index: true, element: <AuditPage /> }],
        },
        {
          path: "/system/fields",
          element: <FieldMakerOnly />,
          children: [{ index: true, element: <FieldsPage /> }],
        },
        {
          path: "/system/rights",
          element: <RolesViewerOnly />,
          children: [{ index: true, element: <MatrixPage /> }],
        },
        {
          path: "/system/settings",
          element: <SettingsViewerOnly />,
          children: [
            { index: true, element: <SettingsPage /> },
            { path: ":category", element: <SettingsPage /> },
          ],
        },
        {
          path: "/system/texts",
          element: <TextChangerOnly />,
          children: [{ index: true, element: <TextsPage /> }],
        },
        {
          path: "/system/mail",
          element: <MailKeeperOnly />,
          children: [{ index: true, element: <MailPage /> }],
        },
        {
          path: "/system/privacy",
          element: <PrivacyKeeperOnly />,
          children: [{ index: true, element: <PrivacyAdminPage /> }],
        },
        { path: "/:module/:plural", element: <CollectionRoute page={ListPage} /> },
        { path: "/:module/:plural/new", element: <CollectionRoute page={FormPage} right="create" /> },
        {
          path: "/:module/:plural/import",
          element: (
            <Suspense fallback={null}>
              <CollectionRoute page={ImportPage} right="create" />
            </Suspense>
          ),
        },
        { path: "/:module/:plural/:id", element: <RecordRoute page={RecordPage} /> },
        { path: "/:module/:plural/:id/edit", element: <RecordRoute page={FormPage} right="edit" /> },
        { path: "*", element: <NotFound /> },
      ],
    },
  ]);
}
