import { Button, type RecordWidgetProps } from "@opsflux/ui";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Check, X } from "lucide-react";
import { type FormEvent, useState } from "react";
import { ApiError } from "../../../shared/api/api_error";
import { useEntity } from "../../../shared/api/app";
import { companyEntity, useCompaniesExist } from "../../../shared/api/companies";
import { request } from "../../../shared/api/request";
import { recordName } from "../../../shared/i18n/record_names";
import { useText } from "../../../shared/i18n/text";
import { Field } from "../../../shared/ui/field";
import { FormAlert } from "../../../shared/ui/form_alert";
import { Dialog } from "../../../shared/ui/overlay";
import { errorText } from "../../../shared/ui/states";
import { say } from "../../../shared/ui/toast";
import { ReferenceCombobox } from "../../records/ui/reference_editor";

/** On the page of a request for access that waits: approve it or refuse it. */
export function DecideAction({ record }: RecordWidgetProps) {
  const { t } = useText();
  const [deciding, setDeciding] = useState<"approve" | "refuse">();
  if (record.status !== "waiting") return null;
  return (
    <>
      <Button
        kind="primary"
        icon={<Check size={16} aria-hidden="true" />}
        onClick={() => setDeciding("approve")}
      >
        {t("access.approve")}
      </Button>
      <Button icon={<X size={16} aria-hidden="true" />} onClick={() => setDeciding("refuse")}>
        {t("access.refuse")}
      </Button>
      {deciding && (
        <DecisionDialog
          id={record.id}
          name={String(record.name)}
          approve={deciding === "approve"}
          onClose={() => setDeciding(undefined)}
        />
      )}
    </>
  );
}

interface DecisionDialogProps {
  id: string;
  name: string;
  approve: boolean;
  onClose: () => void;
}

function DecisionDialog({ id, name, approve, onClose }: DecisionDialogProps) {
  const text = useText();
  const { t } = text;
  const client = useQueryClient();
  const [role, setRole] = useState("user");
  const [company, setCompany] = useState<string>();
  const [answer, setAnswer] = useState("");
  const decide = useMutation({
    mutationFn: () =>
      request(
        `/api/v1/identity/access_requests/${encodeURIComponent(id)}/${approve ? "approve" : "refuse"}`,
        {
          method: "POST",
          body: approve ? { role, company, answer } : { answer },
        },
      ),
    onSuccess: async () => {
      say(t(approve ? "access.approved" : "access.refused", { name }));
      onClose();
      await client.invalidateQueries();
    },
  });
  const refusals = decide.error instanceof ApiError ? decide.error.fields : [];
  const refused = (name: string) => refusals.find(({ field }) => field === name)?.detail;
  const told = refusals.some(({ field }) => field === "role" || field === "company");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    decide.mutate();
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("access.approve_of", { name })}
      description={t(approve ? "access.approve_help" : "access.refuse_help")}
      foot={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind={approve ? "primary" : "danger"} type="submit" form="decide" busy={decide.isPending}>
            {t(approve ? "access.approve" : "access.refuse")}
          </Button>
        </>
      }
    >
      <form id="decide" onSubmit={submit} className="grid gap-4 pb-2">
        {decide.error && !told && <FormAlert>{errorText(text, decide.error)}</FormAlert>}
        {approve && <RoleField role={role} error={refused("role")} onChange={setRole} />}
        {approve && <CompanyField company={company} error={refused("company")} onChange={setCompany} />}
        <Field label={t("access.answer")} optional>
          {(ids) => (
            <textarea
              {...ids}
              className="control min-h-20"
              name="answer"
              maxLength={500}
              value={answer}
              onChange={(event) => setAnswer(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}

interface Role {
  id: string;
  name: string;
}

interface RoleFieldProps {
  role: string;
  error: string | undefined;
  onChange: (role: string) => void;
}

function RoleField({ role, error, onChange }: RoleFieldProps) {
  const { t } = useText();
  const roles = useQuery({
    queryKey: ["identity", "roles", "choice"],
    queryFn: ({ signal }) =>
      request<{ data: Role[] }>("/api/v1/identity/roles?limit=100&sort=name", { signal }),
  });
  return (
    <Field label={t("access.role")} error={error}>
      {(ids) => (
        <select {...ids} className="control" value={role} onChange={(event) => onChange(event.target.value)}>
          {(roles.data?.data ?? [{ id: role, name: role }]).map(({ id, name }) => (
            <option key={id} value={id}>
              {recordName("identity.role", id) ?? name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface CompanyFieldProps {
  company: string | undefined;
  error: string | undefined;
  onChange: (company: string | undefined) => void;
}

/** Where the role is held; not asked where there are no companies. */
function CompanyField({ company, error, onChange }: CompanyFieldProps) {
  const { t } = useText();
  const target = useEntity(companyEntity);
  const there = useCompaniesExist();
  if (!target || !there) return null;
  return (
    <Field label={t("access.company")} help={t("access.company_help")} error={error} optional>
      {(ids) => (
        <ReferenceCombobox
          ids={ids}
          entity={target}
          target={target}
          field={{ name: "company", type: "reference", to: target.name }}
          value={company ?? null}
          onChange={(chosen) => onChange(chosen ? String(chosen) : undefined)}
        />
      )}
    </Field>
  );
}
