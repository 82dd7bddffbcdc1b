import { useState } from "react";
import { useText } from "../../../shared/i18n/text";
import { EnumWord } from "../../../shared/ui/composed_value";
import { countryCodes } from "../../../shared/ui/countries";
import { labelId } from "../../../shared/ui/field";
import { shownNumber, typedNumber } from "../../../shared/ui/typed_number";
import {
  type Address,
  isAddress,
  isGeo,
  tidyAddress,
  typedPosition,
} from "../../../shared/values/structured";
import type { FieldEditorProps } from "./field_editor";

/** The attributes of a group of controls that stands for one field. */
export function groupOf(ids: FieldEditorProps["ids"]) {
  return {
    id: ids.id,
    role: "group",
    tabIndex: -1,
    "aria-label": ids["aria-label"],
    "aria-labelledby": ids["aria-label"] ? undefined : labelId(ids.id),
    "aria-describedby": ids["aria-describedby"],
    "data-invalid": ids["aria-invalid"],
  } as const;
}

const part = "grid gap-1 text-text-2 text-xs";

/** Several of the values, each ticked by itself. */
export function ChoicesEditor({ ids, entity, field, value, onChange }: FieldEditorProps) {
  const chosen = new Set(Array.isArray(value) ? value.map(String) : []);
  const values = field.values ?? [];
  const toggle = (name: string) => {
    if (!chosen.delete(name)) chosen.add(name);
    onChange(values.filter((known) => chosen.has(known)));
  };
  return (
    <div {...groupOf(ids)} className="flex flex-wrap gap-1.5">
      {values.map((name) => (
        <label
          key={name}
          className="flex min-h-8 cursor-pointer items-center gap-2 rounded-control border border-line px-2.5 text-sm hover:bg-muted has-checked:border-accent-line has-checked:bg-accent-soft touch:min-h-11"
        >
          <input
            type="checkbox"
            className="tick"
            disabled={field.read_only}
            checked={chosen.has(name)}
            onChange={() => toggle(name)}
          />
          <EnumWord entity={entity} field={field} value={name} />
        </label>
      ))}
    </div>
  );
}

/** The browser's own palette, and the code beside it. */
export function ColorEditor({ ids, field, value, onChange, autoFocus }: FieldEditorProps) {
  const { t } = useText();
  const color = typeof value === "string" ? value : "";
  const whole = /^#[0-9a-f]{6}$/i.test(color);
  return (
    <span className="flex items-center gap-2">
      <input
        type="color"
        aria-label={t("color.choose")}
        disabled={field.read_only}
        className="h-(--control-h) w-11 shrink-0 cursor-pointer rounded-control border border-line-control bg-surface p-1"
        value={whole ? color.toLowerCase() : "#888888"}
        onChange={(event) => onChange(event.target.value)}
      />
      <input
        {...ids}
        name={field.name}
        autoFocus={autoFocus}
        disabled={field.read_only}
        autoComplete="off"
        placeholder="#1e90ff"
        className="control max-w-32 font-mono"
        value={color}
        onChange={(event) => onChange(event.target.value || null)}
      />
    </span>
  );
}

export function AddressEditor({ ids, field, value, onChange, autoFocus }: FieldEditorProps) {
  const text = useText();
  const { t } = text;
  const address: Address = isAddress(value) ? value : {};
  // An empty last line is kept while typing: the next word belongs to it.
  const [lines, setLines] = useState((address.lines ?? []).join("\n"));
  const set = (change: Partial<Address>) => onChange(tidyAddress({ ...address, ...change }));
  const input = (name: "postal_code" | "city" | "region", className?: string) => (
    <label className={`${part} ${className ?? ""}`}>
      {t(`address.${name}`)}
      <input
        className="control"
        disabled={field.read_only}
        autoComplete="off"
        value={address[name] ?? ""}
        onChange={(event) => set({ [name]: event.target.value })}
      />
    </label>
  );
  return (
    <div {...groupOf(ids)} className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)] gap-2">
      <label className={`${part} col-span-2`}>
        {t("address.lines")}
        <textarea
          className="control h-auto! py-1.5"
          rows={2}
          disabled={field.read_only}
          autoFocus={autoFocus}
          value={lines}
          onChange={(event) => {
            setLines(event.target.value);
            set({
              lines: event.target.value
                .split("\n")
                .map((line) => line.trim())
                .filter(Boolean),
            });
          }}
        />
      </label>
      {input("postal_code")}
      {input("city")}
      {input("region")}
      <div className={part}>
        <label htmlFor={`${ids.id}-country`}>{t("address.country")}</label>
        <select
          id={`${ids.id}-country`}
          className="control choice"
          disabled={field.read_only}
          value={address.country ?? ""}
          onChange={(event) => set({ country: event.target.value })}
        >
          <option value="">{t("form.none")}</option>
          {countryCodes
            .map((code) => ({ code, label: text.format.country(code) }))
            .sort((a, b) => a.label.localeCompare(b.label, text.language))
            .map(({ code, label }) => (
              <option key={code} value={code}>
                {label}
              </option>
            ))}
        </select>
      </div>
    </div>
  );
}

/** Two figures; a position copied from a map fills both. */
export function GeoEditor({ ids, field, value, onChange, autoFocus }: FieldEditorProps) {
  const { t, language } = useText();
  const shown = (figure: unknown) => shownNumber(language, figure);
  const given = isGeo(value) ? value : undefined;
  const [typed, setTyped] = useState({
    latitude: shown(given?.latitude),
    longitude: shown(given?.longitude),
  });
  const change = (name: "latitude" | "longitude", text: string) => {
    const copied = typedPosition(text);
    const next = copied
      ? { latitude: shown(copied.latitude), longitude: shown(copied.longitude) }
      : { ...typed, [name]: text };
    setTyped(next);
    onChange(positionOf(next));
  };
  return (
    <div {...groupOf(ids)} className="grid max-w-sm grid-cols-2 gap-2">
      {(["latitude", "longitude"] as const).map((name) => (
        <label key={name} className={part}>
          {t(`geo.${name}`)}
          <input
            className="control"
            inputMode="decimal"
            disabled={field.read_only}
            autoFocus={autoFocus && name === "latitude"}
            autoComplete="off"
            value={typed[name]}
            onChange={(event) => change(name, event.target.value)}
          />
        </label>
      ))}
    </div>
  );
}

/** What is no figure goes to the server as it is, which names the field. */
function positionOf(typed: { latitude: string; longitude: string }): unknown {
  const figure = (text: string) => {
    const plain = typedNumber("decimal", text);
    return plain !== null && Number.isFinite(Number(plain)) ? Number(plain) : plain;
  };
  const position = { latitude: figure(typed.latitude), longitude: figure(typed.longitude) };
  return position.latitude === null && position.longitude === null ? null : position;
}
