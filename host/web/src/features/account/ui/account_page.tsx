import { Button, buttonClasses, Card } from "@opsflux/ui";
import { Fingerprint, KeyRound } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { useApp } from "../../../shared/api/app";
import { useText } from "../../../shared/i18n/text";
import { ChangePasswordDialog } from "../../../shared/ui/change_password_dialog";
import { PageBody, PageHead, useCrumbs } from "../../../shared/ui/page";
import { FactorsCard } from "./factors_card";
import { ProfileCard } from "./profile_card";
import { TrustedDevices } from "./trusted_devices";

/** Who one is, and what protects one's own account. */
export function AccountPage() {
  const { t } = useText();
  const { user } = useApp();
  useCrumbs([{ label: t("account.title") }]);
  return (
    <PageBody>
      <PageHead title={t("account.title")} subtitle={`${user.name} · ${user.email}`} />
      <div className="grid max-w-3xl gap-4 px-6 pb-8 touch:px-3">
        <ProfileCard />
        <PasswordCard />
        <FactorsCard />
        <TrustedDevices />
        <PrivacyCard />
      </div>
    </PageBody>
  );
}

function PasswordCard() {
  const { t } = useText();
  const [open, setOpen] = useState(false);
  return (
    <Card icon={<KeyRound size={16} aria-hidden="true" />} title={t("login.password")}>
      <div className="flex flex-wrap items-center gap-3">
        <p className="min-w-0 flex-1 basis-60 text-body text-text-2">{t("account.password_note")}</p>
        <Button onClick={() => setOpen(true)}>{t("account.change_password")}</Button>
      </div>
      {open && <ChangePasswordDialog onClose={() => setOpen(false)} />}
    </Card>
  );
}

function PrivacyCard() {
  const { t } = useText();
  return (
    <Card icon={<Fingerprint size={16} aria-hidden="true" />} title={t("privacy.title")}>
      <div className="flex flex-wrap items-center gap-3">
        <p className="min-w-0 flex-1 basis-60 text-body text-text-2">{t("privacy.subtitle")}</p>
        <Link className={buttonClasses()} to="/account/privacy">
          {t("privacy.open")}
        </Link>
      </div>
    </Card>
  );
}
