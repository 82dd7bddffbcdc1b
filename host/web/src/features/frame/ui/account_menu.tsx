import { useQueryClient } from "@tanstack/react-query";
import {
  Braces,
  Keyboard,
  KeyRound,
  LogOut,
  MonitorSmartphone,
  Settings2,
  ShieldCheck,
  SquareTerminal,
} from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { useApp } from "../../../shared/api/app";
import { forgetSession, logOut } from "../../../shared/api/session";
import { useText } from "../../../shared/i18n/text";
import { Avatar, photoAddress } from "../../../shared/ui/avatar";
import { ChangePasswordDialog } from "../../../shared/ui/change_password_dialog";
import { Key, Popover } from "../../../shared/ui/overlay";
import { PreferenceChoices } from "../../../shared/ui/preference_choices";
import { ContextChoices } from "./context_switcher";
import { openKeyboardMap } from "./keyboard_map";

function useLogOut(): () => void {
  const client = useQueryClient();
  const navigate = useNavigate();
  return () => {
    void logOut()
      .catch(() => undefined)
      .then(async () => {
        await navigate("/login", { replace: true });
        forgetSession(client);
      });
  };
}

export function AccountMenu() {
  const { t } = useText();
  const { user } = useApp();
  const [open, setOpen] = useState(false);
  const [changing, setChanging] = useState(false);
  const next = useRef<() => void>(undefined);
  const leaveTo = (show: () => void) => {
    next.current = show;
    setOpen(false);
  };
  return (
    <>
      <Popover
        open={open}
        onOpenChange={setOpen}
        onClosed={() => {
          next.current?.();
          next.current = undefined;
        }}
        label={t("account.menu", { name: user.name })}
        align="end"
        className="w-80 p-1.5!"
        trigger={
          <button
            type="button"
            aria-label={t("account.menu", { name: user.name })}
            className="grid size-9 shrink-0 place-items-center rounded-full touch:size-11"
          >
            <Avatar name={user.name} size="md" person photo={photoAddress(user.id, user.photo)} />
          </button>
        }
      >
        <div className="border-line-soft border-b px-2.5 pt-1 pb-2.5">
          <p className="font-strong text-body">{user.name}</p>
          <p className="text-text-3 text-xs">{user.email}</p>
        </div>
        <ContextChoices />
        <div className="px-2.5 py-2.5">
          <PreferenceChoices />
        </div>
        <Entries leaveTo={leaveTo} onChangePassword={() => setChanging(true)} />
      </Popover>
      {changing && <ChangePasswordDialog onClose={() => setChanging(false)} />}
    </>
  );
}

interface EntriesProps {
  /** Closes the menu, then shows something else. */
  leaveTo: (show: () => void) => void;
  onChangePassword: () => void;
}

function Entries({ leaveTo, onChangePassword }: EntriesProps) {
  const { t } = useText();
  const logOutNow = useLogOut();
  const navigate = useNavigate();
  return (
    <div className="border-line-soft border-t pt-1">
      <Entry
        icon={<Settings2 size={16} aria-hidden="true" />}
        onClick={() => leaveTo(() => void navigate("/preferences"))}
      >
        {t("preferences.title")}
      </Entry>
      <Entry
        icon={<Keyboard size={16} aria-hidden="true" />}
        shortcut="?"
        onClick={() => leaveTo(openKeyboardMap)}
      >
        {t("keys.title")}
      </Entry>
      <Entry
        icon={<Braces size={16} aria-hidden="true" />}
        onClick={() => leaveTo(() => void navigate("/api/docs"))}
      >
        {t("api_docs.title")}
      </Entry>
      <Entry
        icon={<ShieldCheck size={16} aria-hidden="true" />}
        onClick={() => leaveTo(() => void navigate("/account"))}
      >
        {t("account.title")}
      </Entry>
      <Entry icon={<KeyRound size={16} aria-hidden="true" />} onClick={() => leaveTo(onChangePassword)}>
        {t("account.change_password")}
      </Entry>
      <Entry
        icon={<MonitorSmartphone size={16} aria-hidden="true" />}
        onClick={() => leaveTo(() => void navigate("/account/sessions"))}
      >
        {t("sessions.title")}
      </Entry>
      <Entry
        icon={<SquareTerminal size={16} aria-hidden="true" />}
        onClick={() => leaveTo(() => void navigate("/identity/api_keys"))}
      >
        {t("api_keys.title")}
      </Entry>
      <Entry icon={<LogOut size={16} aria-hidden="true" />} onClick={logOutNow}>
        {t("account.log_out")}
      </Entry>
    </div>
  );
}

interface EntryProps {
  icon: ReactNode;
  shortcut?: string;
  onClick: () => void;
  children: ReactNode;
}

function Entry({ icon, shortcut, onClick, children }: EntryProps) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="flex min-h-8 w-full items-center gap-2.5 rounded-control px-2.5 text-left text-body hover:bg-muted touch:min-h-11"
    >
      {icon}
      <span className="flex-1">{children}</span>
      {shortcut && (
        <span aria-hidden="true" className="touch:hidden">
          <Key>{shortcut}</Key>
        </span>
      )}
    </button>
  );
}
