import { Card } from "@opsflux/ui";
import { createFormat, dateFormats, timeFormats } from "../../../shared/i18n/format";
import { useFormatChoice, useText } from "../../../shared/i18n/text";
import { ChoiceRow } from "../../../shared/ui/choice_row";
import { Field } from "../../../shared/ui/field";
import { PageBody, PageHead, useCrumbs } from "../../../shared/ui/page";
import { PreferenceChoices } from "../../../shared/ui/preference_choices";
import { useRemembered } from "../../../shared/ui/preferences";

/** What a person sets for himself; each choice acts at once, on all devices. */
export function PreferencesPage() {
  const { t } = useText();
  useCrumbs([{ label: t("preferences.title") }]);
  return (
    <PageBody>
      <PageHead title={t("preferences.title")} subtitle={t("preferences.subtitle")} />
      <div className="grid max-w-147 gap-4 px-6 pb-8 touch:px-3">
        <Card title={t("preferences.look")}>
          <PreferenceChoices />
        </Card>
        <Card title={t("preferences.formats")}>
          <Formats />
        </Card>
        <Card title={t("preferences.notifications")}>
          <Notifications />
        </Card>
        <Card title={t("keys.title")}>
          <Keys />
        </Card>
      </div>
    </PageBody>
  );
}

/** The 31st of a month tells the orders apart. */
const example = new Date(2026, 11, 31, 21, 5);

function Formats() {
  const { t, language } = useText();
  const { dates, setDates, times, setTimes } = useFormatChoice();
  const auto = t("preferences.as_language");
  return (
    <div className="grid gap-4">
      <Field label={t("preferences.dates")}>
        {(ids) => (
          <select
            {...ids}
            className="control choice"
            value={dates}
            onChange={(event) => setDates(dateFormats.find((one) => one === event.target.value) ?? "auto")}
          >
            {dateFormats.map((one) => {
              const shown = createFormat(language, { dates: one }).date(example);
              return (
                <option key={one} value={one}>
                  {one === "auto" ? `${shown} (${auto})` : shown}
                </option>
              );
            })}
          </select>
        )}
      </Field>
      <ChoiceRow
        label={t("preferences.times")}
        value={times}
        options={timeFormats.map((value) => ({
          value,
          label: value === "auto" ? auto : createFormat(language, { times: value }).time(example),
        }))}
        onChange={setTimes}
      />
    </div>
  );
}

function Notifications() {
  const { t } = useText();
  const [wanted, setWanted] = useRemembered("notifications", "all");
  return (
    <ChoiceRow
      label={t("preferences.mails")}
      value={wanted === "account" ? "account" : "all"}
      options={[
        { value: "all", label: t("preferences.mails.all") },
        { value: "account", label: t("preferences.mails.account") },
      ]}
      onChange={setWanted}
    />
  );
}

function Keys() {
  const { t } = useText();
  const [single, setSingle] = useRemembered("single_keys", "on");
  return (
    <ChoiceRow
      label={t("keys.single")}
      value={single === "off" ? "off" : "on"}
      options={[
        { value: "on", label: t("value.yes") },
        { value: "off", label: t("value.no") },
      ]}
      onChange={setSingle}
    />
  );
}
