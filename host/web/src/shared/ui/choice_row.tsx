import { useId } from "react";

export interface ChoiceRowProps<T extends string> {
  label: string;
  value: T;
  options: { value: T; label: string }[];
  onChange: (value: T) => void;
}

/** A few choices side by side, of which one is taken. */
export function ChoiceRow<T extends string>({ label, value, options, onChange }: ChoiceRowProps<T>) {
  const name = useId();
  return (
    <fieldset>
      <legend className="mb-1 text-text-3 text-xs">{label}</legend>
      <div className="flex gap-1">
        {options.map((option) => (
          <label
            key={option.value}
            className="relative flex min-h-7 flex-auto cursor-pointer items-center justify-center rounded-control border border-line px-1.5 text-xs whitespace-nowrap hover:bg-muted has-checked:border-accent-line has-checked:bg-accent-soft has-checked:font-medium has-checked:text-accent-text has-focus-visible:outline-2 has-focus-visible:outline-focus touch:min-h-11 touch:text-sm"
          >
            <input
              type="radio"
              name={name}
              className="absolute inset-0 cursor-pointer opacity-0"
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
