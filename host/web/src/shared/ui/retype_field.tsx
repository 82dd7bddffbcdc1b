import { Field } from "./field";

export interface RetypeFieldProps {
  /** Says what is to be typed. */
  label: string;
  value: string;
  onChange: (value: string) => void;
}

/** Before what cannot be taken back: the name of what goes is typed once more. */
export function RetypeField({ label, value, onChange }: RetypeFieldProps) {
  return (
    <Field label={label}>
      {(ids) => (
        <input
          {...ids}
          className="control font-mono"
          autoComplete="off"
          spellCheck={false}
          value={value}
          onChange={(event) => onChange(event.target.value.trim())}
        />
      )}
    </Field>
  );
}
