import { Button } from "@opsflux/ui";
import { type FormEvent, type ReactNode, useState } from "react";
import { ApiError } from "../../../shared/api/api_error";
import { useText } from "../../../shared/i18n/text";
import { Field, type FieldIds } from "../../../shared/ui/field";
import { FormAlert } from "../../../shared/ui/form_alert";
import { PasswordInput } from "../../../shared/ui/password_input";
import { errorText } from "../../../shared/ui/states";

export interface AuthField<Name extends string> {
  /** Of the field in the request, by which it is refused. */
  name: Name;
  label: string;
  help?: string;
  kind?: "text" | "email" | "password" | "area";
  autoComplete?: string;
  maxLength?: number;
  /** What stands in it at first. */
  value?: string;
}

export interface AuthFormProps<Name extends string> {
  fields: AuthField<Name>[];
  error: Error | null;
  busy: boolean;
  submit: string;
  onSubmit: (values: Record<Name, string>) => void;
  /** Behind the words of an error that belongs to no field. */
  way?: ReactNode;
  /** Before the fields, and behind them. */
  before?: ReactNode;
  after?: (values: Record<Name, string>) => ReactNode;
}

/** A form of those who are not signed in: the fields, each with what it was refused for, and the one button. */
export function AuthForm<Name extends string>(props: AuthFormProps<Name>) {
  const { fields, error, busy, submit, onSubmit, way, before, after } = props;
  const text = useText();
  const [values, setValues] = useState(
    () => Object.fromEntries(fields.map(({ name, value }) => [name, value ?? ""])) as Record<Name, string>,
  );
  const refusals = error instanceof ApiError ? error.fields : [];
  const known = refusals.some(({ field }) => field in values);
  const send = (event: FormEvent) => {
    event.preventDefault();
    onSubmit(values);
  };
  return (
    <form className="mt-5 grid gap-4" noValidate onSubmit={send}>
      {error && !known && (
        <FormAlert>
          {errorText(text, error)}
          {way && <> {way}</>}
        </FormAlert>
      )}
      {before}
      {fields.map((field) => (
        <Field
          key={field.name}
          label={field.label}
          help={field.help}
          error={refusals.find((problem) => problem.field === field.name)?.detail}
        >
          {(ids) => (
            <Control
              ids={ids}
              field={field}
              value={values[field.name]}
              onChange={(value) => setValues({ ...values, [field.name]: value })}
            />
          )}
        </Field>
      ))}
      {after?.(values)}
      <Button type="submit" kind="primary" busy={busy}>
        {submit}
      </Button>
    </form>
  );
}

interface ControlProps {
  ids: FieldIds;
  field: AuthField<string>;
  value: string;
  onChange: (value: string) => void;
}

function Control({ ids, field, value, onChange }: ControlProps) {
  const { name, kind = "text", autoComplete, maxLength } = field;
  if (kind === "password")
    return (
      <PasswordInput {...ids} name={name} autoComplete="new-password" value={value} onChange={onChange} />
    );
  if (kind === "area")
    return (
      <textarea
        {...ids}
        className="control min-h-24"
        name={name}
        maxLength={maxLength}
        required
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  return (
    <input
      {...ids}
      className="control"
      type={kind}
      name={name}
      autoComplete={autoComplete}
      maxLength={maxLength}
      required
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
