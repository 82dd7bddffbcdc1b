import { Button, type RecordWidgetProps } from "@opsflux/ui";
import { useMutation } from "@tanstack/react-query";
import { Copy, KeyRound } from "lucide-react";
import { useState } from "react";
import { useText } from "../../../shared/i18n/text";
import { Field } from "../../../shared/ui/field";
import { FormAlert } from "../../../shared/ui/form_alert";
import { Dialog } from "../../../shared/ui/overlay";
import { errorText } from "../../../shared/ui/states";
import { say } from "../../../shared/ui/toast";
import { giveSecret } from "../api/secret";

const overlaps = [0, 1, 24, 168];

/** A button on the page of an API key: its first secret, and each one after it. */
export function GiveSecretAction({ record }: RecordWidgetProps) {
  const { t } = useText();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={<KeyRound size={16} aria-hidden="true" />} onClick={() => setOpen(true)}>
        {t(record.hint ? "api_keys.rotate" : "api_keys.give")}
      </Button>
      {open && <SecretDialog id={record.id} rotates={Boolean(record.hint)} onClose={() => setOpen(false)} />}
    </>
  );
}

interface SecretDialogProps {
  id: string;
  rotates: boolean;
  onClose: () => void;
}

function SecretDialog({ id, rotates, onClose }: SecretDialogProps) {
  const text = useText();
  const { t } = text;
  const [overlap, setOverlap] = useState(24);
  const give = useMutation({ mutationFn: () => giveSecret(id, rotates ? overlap : 0) });
  const secret = give.data?.key;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t(rotates ? "api_keys.rotate" : "api_keys.give")}
      foot={
        secret ? (
          <Button kind="primary" onClick={onClose}>
            {t("action.close")}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{t("action.cancel")}</Button>
            <Button kind="primary" busy={give.isPending} onClick={() => give.mutate()}>
              {t(rotates ? "api_keys.rotate" : "api_keys.give")}
            </Button>
          </>
        )
      }
    >
      <div className="grid gap-3 pb-2">
        {give.error && <FormAlert>{errorText(text, give.error)}</FormAlert>}
        {secret ? <Secret text={secret} /> : <p className="text-body leading-read">{t("api_keys.once")}</p>}
        {!secret && rotates && <Overlap hours={overlap} onChange={setOverlap} />}
      </div>
    </Dialog>
  );
}

function Overlap({ hours, onChange }: { hours: number; onChange: (hours: number) => void }) {
  const text = useText();
  return (
    <Field label={text.t("api_keys.overlap")} help={text.t("api_keys.overlap_help")}>
      {(ids) => (
        <select
          {...ids}
          value={hours}
          onChange={(event) => onChange(Number(event.target.value))}
          className="control choice max-w-48"
        >
          {overlaps.map((value) => (
            <option key={value} value={value}>
              {value === 0 ? text.t("api_keys.no_overlap") : text.n("api_keys.hours", value)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function Secret({ text: secret }: { text: string }) {
  const { t } = useText();
  return (
    <>
      <p className="text-body leading-read">{t("api_keys.copy_now")}</p>
      <p className="break-all rounded-control border border-line bg-subtle px-3 py-2 font-mono text-sm">
        {secret}
      </p>
      <div>
        <Button
          icon={<Copy size={16} aria-hidden="true" />}
          onClick={() => void navigator.clipboard.writeText(secret).then(() => say(t("api_keys.copied")))}
        >
          {t("api_keys.copy")}
        </Button>
      </div>
    </>
  );
}
