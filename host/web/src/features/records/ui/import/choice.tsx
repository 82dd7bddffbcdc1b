import { classNames } from "@opsflux/ui";
import { useId } from "react";

export interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: { value: T; label: string }[];
  onChange: (value: T) => void;
  help?: string;
  className?: string;
}

/** A small list under its label. */
export function Choice<T extends string>({
  label,
  value,
  options,
  onChange,
  help,
  className,
}: ChoiceProps<T>) {
  const id = useId();
  return (
    <div className={classNames("grid gap-1 touch:w-full!", className)}>
      <label htmlFor={id} className="text-text-3 text-xs">
        {label}
      </label>
      <select
        id={id}
        aria-describedby={help ? `${id}-help` : undefined}
        className="control choice"
        value={value}
        onChange={(event) => onChange(event.target.value as T)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      {help && (
        <p id={`${id}-help`} className="text-text-2 text-xs">
          {help}
        </p>
      )}
    </div>
  );
}
