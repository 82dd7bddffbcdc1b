import { Button } from "@opsflux/ui";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useId, useState } from "react";
import { addFactor, confirmFactor, type Enrolment, factorsQuery } from "../../../shared/api/factors";
import { useText } from "../../../shared/i18n/text";
import { BackupCodes } from "../../../shared/ui/backup_codes";
import { EnrolmentForm } from "../../../shared/ui/enrolment_form";
import { Field } from "../../../shared/ui/field";
import { Dialog } from "../../../shared/ui/overlay";
import { say } from "../../../shared/ui/toast";
import { OwnPasswordForm } from "./own_password_form";

/** Password and name, then the QR code, then the codes on paper that come with the first application. */
export function AddFactorDialog({ onClose }: { onClose: () => void }) {
  const [enrolment, setEnrolment] = useState<Enrolment>();
  const [codes, setCodes] = useState<string[]>();
  if (codes) return <CodesDialog codes={codes} onClose={onClose} />;
  if (enrolment)
    return (
      <ScanDialog
        enrolment={enrolment}
        onClose={onClose}
        onDone={(made) => (made.length > 0 ? setCodes(made) : onClose())}
      />
    );
  return <BeginDialog onClose={onClose} onBegun={setEnrolment} />;
}

interface BeginDialogProps {
  onClose: () => void;
  onBegun: (enrolment: Enrolment) => void;
}

function BeginDialog({ onClose, onBegun }: BeginDialogProps) {
  const { t } = useText();
  const id = useId();
  const [label, setLabel] = useState("");
  const begin = useMutation({
    mutationFn: (password: string) => addFactor(password, label),
    onSuccess: onBegun,
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("factor.add")}
      description={t("factor.add_help")}
      foot={<Foot id={id} busy={begin.isPending} onClose={onClose} action={t("action.next")} />}
    >
      <OwnPasswordForm id={id} error={begin.error} onSubmit={(password) => begin.mutate(password)}>
        <Field label={t("factor.label")} help={t("factor.label_help")} optional>
          {(ids) => (
            <input
              {...ids}
              className="control"
              name="label"
              maxLength={60}
              value={label}
              onChange={(event) => setLabel(event.target.value)}
            />
          )}
        </Field>
      </OwnPasswordForm>
    </Dialog>
  );
}

interface ScanDialogProps {
  enrolment: Enrolment;
  onClose: () => void;
  onDone: (codes: string[]) => void;
}

function ScanDialog({ enrolment, onClose, onDone }: ScanDialogProps) {
  const { t } = useText();
  const id = useId();
  const client = useQueryClient();
  const confirm = useMutation({
    mutationFn: (code: string) => confirmFactor(enrolment.id ?? "", code),
    onSuccess: (answer) => {
      void client.invalidateQueries({ queryKey: factorsQuery.queryKey });
      say(t("factor.is_added"));
      onDone(answer.backup_codes);
    },
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("factor.add")}
      foot={<Foot id={id} busy={confirm.isPending} onClose={onClose} action={t("factor.confirm")} />}
    >
      <EnrolmentForm
        id={id}
        enrolment={enrolment}
        error={confirm.error}
        onConfirm={(code) => confirm.mutate(code)}
      />
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
