import { Button, Card } from "@opsflux/ui";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { UserRound } from "lucide-react";
import { type FormEvent, useState } from "react";
import { ApiError } from "../../../shared/api/api_error";
import { appQuery, type User, useApp } from "../../../shared/api/app";
import { type Preferences, savePreferences } from "../../../shared/api/session";
import { useText } from "../../../shared/i18n/text";
import { Field } from "../../../shared/ui/field";
import { FormAlert } from "../../../shared/ui/form_alert";
import { errorText } from "../../../shared/ui/states";
import { say } from "../../../shared/ui/toast";
import { PhotoChoice } from "./photo_choice";

const lines = ["name", "job", "phone", "place"] as const;
const zones = Intl.supportedValuesOf("timeZone");

/** Everything here is taken over in the application's head and texts at once. */
export function useSaveProfile() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (profile: Preferences) => savePreferences(profile),
    onSuccess: () => client.invalidateQueries({ queryKey: appQuery.queryKey }),
  });
}

type Draft = Record<(typeof lines)[number] | "time_zone", string>;

const draftOf = (user: User): Draft => ({
  name: user.name,
  job: user.job ?? "",
  phone: user.phone ?? "",
  place: user.place ?? "",
  time_zone: user.time_zone ?? "",
});

/** What a person says of himself to the others. */
export function ProfileCard() {
  const text = useText();
  const { t } = text;
  const { user } = useApp();
  const [draft, setDraft] = useState(() => draftOf(user));
  const save = useSaveProfile();
  const stored = draftOf(user);
  const changed = Object.fromEntries(
    Object.entries(draft).filter(([name, value]) => value !== stored[name as keyof Draft]),
  );
  const at = (name: string) =>
    save.error instanceof ApiError
      ? save.error.fields.find(({ field }) => field === name)?.detail
      : undefined;
  const placed = [...lines, "time_zone"].some((name) => at(name) !== undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(changed, {
      onSuccess: ({ user: now }) => {
        setDraft(draftOf(now));
        say(t("profile.saved"));
      },
    });
  };
  return (
    <Card icon={<UserRound size={16} aria-hidden="true" />} title={t("profile.title")}>
      <form onSubmit={submit} className="grid gap-4">
        <PhotoChoice />
        {save.error && !placed && <FormAlert>{errorText(text, save.error)}</FormAlert>}
        <div className="grid grid-cols-2 gap-4 touch:grid-cols-1">
          {lines.map((name) => (
            <Field key={name} label={t(`profile.${name}`)} error={at(name)} required={name === "name"}>
              {(ids) => (
                <input
                  {...ids}
                  name={name}
                  type={name === "phone" ? "tel" : "text"}
                  autoComplete={name === "phone" ? "tel" : name === "name" ? "name" : "off"}
                  maxLength={120}
                  className="control"
                  value={draft[name]}
                  onChange={(event) => setDraft({ ...draft, [name]: event.target.value })}
                />
              )}
            </Field>
          ))}
          <Field label={t("profile.time_zone")} help={t("profile.time_zone_help")} error={at("time_zone")}>
            {(ids) => (
              <select
                {...ids}
                name="time_zone"
                className="control choice"
                value={draft.time_zone}
                onChange={(event) => setDraft({ ...draft, time_zone: event.target.value })}
              >
                <option value="">{t("profile.device_zone")}</option>
                {[...new Set(["UTC", ...zones, draft.time_zone].filter(Boolean))].map((zone) => (
                  <option key={zone} value={zone}>
                    {zone.replaceAll("_", " ")}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </div>
        <div>
          <Button
            type="submit"
            kind="primary"
            busy={save.isPending}
            disabled={Object.keys(changed).length === 0}
          >
            {t("action.save")}
          </Button>
        </div>
      </form>
    </Card>
  );
}
