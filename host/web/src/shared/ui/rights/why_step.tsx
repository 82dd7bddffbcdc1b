import { Button } from "@opsflux/ui";
import { ChevronLeft } from "lucide-react";
import { Why } from "./why";

interface WhyStepProps {
  person: string;
  permission: string;
  /** What the way back leads to, in words. */
  back: string;
  onBack: () => void;
}

/** One answer within a dialog that lists what there is to ask. */
export function WhyStep({ person, permission, back, onBack }: WhyStepProps) {
  return (
    <>
      <div>
        <Button kind="quiet" icon={<ChevronLeft size={16} aria-hidden="true" />} onClick={onBack}>
          {back}
        </Button>
      </div>
      <Why person={person} permission={permission} />
    </>
  );
}
