import { Button } from "@opsflux/ui";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useId, useState } from "react";
import { ApiError } from "../../../shared/api/api_error";
import {
  addFactor,
  confirmFactor,
  type Enrolment,
  type FactorKind,
  type FactorWish,
  factorsQuery,
  type SentCode,
} from "../../../shared/api/factors";
import { useText } from "../../../shared/i18n/text";
import { BackupCodes } from "../../../shared/ui/backup_codes";
import { EnrolmentForm } from "../../../shared/ui/enrolment_form";
import { FactorKindFields } from "../../../shared/ui/factor_kind_fields";
import { Field } from "../../../shared/ui/field";
import { Dialog } from "../../../shared/ui/overlay";
import { SentCodeForm } from "../../../shared/ui/sent_code_form";
import { say } from "../../../shared/ui/toast";
import { OwnPasswordForm } from "./own_password_form";

/** Password, kind and name, then the first code, then the codes on paper that come with the first factor. */
export function AddFactorDialog({ kinds, onClose }: { kinds: FactorKind[]; onClose: () => void }) {
  const [begun, setBegun] = useState<Enrolment | SentCode>();
  const [codes, setCodes] = useState<string[]>();
  if (codes) return <CodesDialog codes={codes} onClose={onClose} />;
  if (begun)
    return (
      <ProofDialog
        begun={begun}
        onClose={onClose}
        onDone={(made) => (made.length > 0 ? setCodes(made) : onClose())}
      />
    );
  return <BeginDialog kinds={kinds} onClose={onClose} onBegun={setBegun} />;
}

interface BeginDialogProps {
  kinds: FactorKind[];
  onClose: () => void;
  onBegun: (begun: Enrolment | SentCode) => void;
}

function BeginDialog({ kinds, onClose, onBegun }: BeginDialogProps) {
  const { t } = useText();
  const id = useId();
  const [wish, setWish] = useState<FactorWish>({ kind: kinds[0] ?? "totp" });
  const begin = useMutation({
    mutationFn: (password: string) => addFactor(password, wish),
    onSuccess: onBegun,
  });
  const refusal =
    begin.error instanceof ApiError
      ? begin.error.fields.find(({ field }) => field === "number")?.detail
      : undefined;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("factor.add")}
      foot={<Foot id={id} busy={begin.isPending} onClose={onClose} action={t("action.next")} />}
    >
      <OwnPasswordForm
        id={id}
        error={begin.error}
        placed={refusal !== undefined}
        onSubmit={(password) => begin.mutate(password)}
      >
        <FactorKindFields kinds={kinds} wish={wish} error={refusal} onChange={setWish} />
        {wish.kind === "totp" && (
          <Field label={t("factor.label")} help={t("factor.label_help")} optional>
            {(ids) => (
              <input
                {...ids}
                className="control"
                name="label"
                maxLength={60}
                value={wish.label ?? ""}
                onChange={(event) => setWish({ ...wish, label: event.target.value })}
              />
            )}
          </Field>
        )}
      </OwnPasswordForm>
    </Dialog>
  );
}

interface ProofDialogProps {
  begun: Enrolment | SentCode;
  onClose: () => void;
  onDone: (codes: string[]) => void;
}

function ProofDialog({ begun, onClose, onDone }: ProofDialogProps) {
  const { t } = useText();
  const id = useId();
  const client = useQueryClient();
  const confirm = useMutation({
    mutationFn: (code: string) => confirmFactor(begun.id ?? "", code),
    onSuccess: (answer) => {
      void client.invalidateQueries({ queryKey: factorsQuery.queryKey });
      say(t("factor.is_added"));
      onDone(answer.backup_codes);
    },
  });
  const form = { id, error: confirm.error, onConfirm: (code: string) => confirm.mutate(code) };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("factor.add")}
      foot={<Foot id={id} busy={confirm.isPending} onClose={onClose} action={t("factor.confirm")} />}
    >
      {"sent_to" in begun ? (
        <SentCodeForm sent={begun} {...form} />
      ) : (
        <EnrolmentForm enrolment={begun} {...form} />
      )}
    </Dialog>
  );
}

interface FootProps {
  id: string;
  busy: boolean;
  action: ReactNode;
  onClose: () => void;
}

function Foot({ id, busy, action, onClose }: FootProps) {
  const { t } = useText();
  return (
    <>
      <Button onClick={onClose}>{t("action.cancel")}</Button>
      <Button kind="primary" type="submit" form={id} busy={busy}>
        {action}
      </Button>
    </>
  );
}

/** What is shown here is not shown again. */
export function CodesDialog({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const { t } = useText();
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("factor.codes")}
      foot={
        <Button kind="primary" onClick={onClose}>
          {t("factor.codes_kept")}
        </Button>
      }
    >
      <BackupCodes codes={codes} />
    </Dialog>
  );
}
