import { useEffect, useState } from "react";
import type { Key as TextKey } from "../../../shared/i18n/messages";
import { useText } from "../../../shared/i18n/text";
import { Dialog, Key } from "../../../shared/ui/overlay";
import { useRemembered } from "../../../shared/ui/preferences";
import { commandKey } from "../../../shared/ui/shortcuts";

const openEvent = "opsflux:keyboard-map";

export function openKeyboardMap(): void {
  window.dispatchEvent(new Event(openEvent));
}

const rows: [string[], TextKey][] = [
  [[`${commandKey}K`], "keys.palette"],
  [["/"], "keys.search"],
  [["G", "…"], "keys.go"],
  [["N"], "keys.new"],
  [["E"], "keys.edit"],
  [["J", "K", "↑", "↓"], "keys.move"],
  [["X"], "keys.select"],
  [["Space"], "keys.preview"],
  [["↵"], "keys.open"],
  [["F"], "keys.filter"],
  [[`${commandKey}↵`], "keys.save"],
  [["Esc"], "keys.close"],
  [["["], "keys.sidebar"],
  [["?"], "keys.map"],
];

export function KeyboardMap() {
  const { t } = useText();
  const [open, setOpen] = useState(false);
  const [single, setSingle] = useRemembered("single_keys", "on");
  useEffect(() => {
    const show = () => setOpen(true);
    window.addEventListener(openEvent, show);
    return () => window.removeEventListener(openEvent, show);
  }, []);
  const name = (key: string) =>
    key === "Space" ? t("keys.name.space") : key === "Esc" ? t("keys.name.escape") : key;
  return (
    <Dialog open={open} onOpenChange={setOpen} title={t("keys.title")}>
      <dl className="grid grid-cols-[1fr_auto] items-center gap-x-6 gap-y-2 text-body">
        {rows.map(([keys, text]) => (
          <div key={text} className="contents">
            <dt>{t(text)}</dt>
            <dd className="flex gap-1">
              {keys.map((key) => (
                <Key key={key}>{name(key)}</Key>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <label className="mt-4 mb-2 flex items-center gap-2.5 border-line-soft border-t pt-4 text-body">
        <input
          type="checkbox"
          className="tick"
          checked={single === "on"}
          onChange={(event) => setSingle(event.target.checked ? "on" : "off")}
        />
        {t("keys.single")}
      </label>
    </Dialog>
  );
}
