import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { useText } from "../i18n/text";
import type { FieldIds } from "./field";

export interface PasswordInputProps extends FieldIds {
  value: string;
  onChange: (value: string) => void;
  autoComplete: "current-password" | "new-password";
  name?: string;
  /** False where leaving it empty means something. */
  mandatory?: boolean;
  autoFocus?: boolean;
}

export function PasswordInput({
  value,
  onChange,
  name = "password",
  mandatory = true,
  ...rest
}: PasswordInputProps) {
  const { t } = useText();
  const [shown, setShown] = useState(false);
  const label = shown ? t("password.hide") : t("password.show");
  return (
    <div className="relative">
      <input
        {...rest}
        className="control pr-10"
        type={shown ? "text" : "password"}
        name={name}
        required={mandatory}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      <button
        type="button"
        aria-label={label}
        aria-pressed={shown}
        title={label}
        onClick={() => setShown(!shown)}
        className="absolute inset-y-0 right-0 grid w-9 place-items-center rounded-control text-text-3 hover:text-text touch:w-11"
      >
        {shown ? <EyeOff size={16} aria-hidden="true" /> : <Eye size={16} aria-hidden="true" />}
      </button>
    </div>
  );
}
