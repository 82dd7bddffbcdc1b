import type { FieldIds } from "./field";

export interface CodeInputProps extends FieldIds {
  value: string;
  onChange: (value: string) => void;
  /** Backup codes have letters; those of an application are six digits. */
  letters?: boolean;
  autoFocus?: boolean;
}

/** One field, so that a code can be pasted and filled in by the browser. */
export function CodeInput({ value, onChange, letters, ...rest }: CodeInputProps) {
  return (
    <input
      {...rest}
      className="control font-mono tracking-widest"
      name="code"
      inputMode={letters ? "text" : "numeric"}
      autoComplete={letters ? "off" : "one-time-code"}
      autoCapitalize="none"
      spellCheck={false}
      maxLength={24}
      required
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
