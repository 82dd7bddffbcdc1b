import { Button } from "@opsflux/ui";
import { useMutation, useQuery } from "@tanstack/react-query";
import { confirmAtLogIn, enrolAtLogIn, type LogInAnswer } from "../../../shared/api/session";
import { useText } from "../../../shared/i18n/text";
import { EnrolmentForm } from "../../../shared/ui/enrolment_form";
import { Bar, Waiting } from "../../../shared/ui/skeleton";
import { Failure } from "../../../shared/ui/states";

/** The role asks for a second factor, and there is none yet. */
export function EnrolStep({ onAnswer }: { onAnswer: (answer: LogInAnswer) => Promise<void> }) {
  const { t } = useText();
  // Once: each request makes a new key, and the one that was scanned must stay.
  const enrolment = useQuery({
    queryKey: ["login", "enrolment"],
    queryFn: enrolAtLogIn,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  });
  const confirm = useMutation({ mutationFn: confirmAtLogIn, onSuccess: onAnswer });
  if (enrolment.isPending)
    return (
      <Waiting what={t("factor.set_up")}>
        <Bar className="mt-5 h-48 w-full" />
      </Waiting>
    );
  if (enrolment.error)
    return <Failure error={enrolment.error} onRetry={() => void enrolment.refetch()} className="px-0 py-4" />;
  return (
    <div className="mt-4 grid gap-3">
      <EnrolmentForm
        id="enrol"
        enrolment={enrolment.data}
        error={confirm.error}
        onConfirm={(code) => confirm.mutate(code)}
      />
      <Button type="submit" form="enrol" kind="primary" busy={confirm.isPending}>
        {t("factor.confirm")}
      </Button>
    </div>
  );
}
