import { Card } from "@opsflux/ui";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { MonitorSmartphone, Trash2 } from "lucide-react";
import { devicesQuery, removeDevice, type TrustedDevice } from "../../../shared/api/factors";
import { useText } from "../../../shared/i18n/text";
import { IconButton } from "../../../shared/ui/overlay";
import { errorText } from "../../../shared/ui/states";
import { sayError } from "../../../shared/ui/toast";

/** Browsers that go without the second factor for a while; nothing when there are none. */
export function TrustedDevices() {
  const { t } = useText();
  const devices = useQuery(devicesQuery).data?.data ?? [];
  if (devices.length === 0) return null;
  return (
    <Card icon={<MonitorSmartphone size={16} aria-hidden="true" />} title={t("device.title")}>
      <ul aria-label={t("device.title")}>
        {devices.map((device) => (
          <DeviceRow key={device.id} device={device} />
        ))}
      </ul>
    </Card>
  );
}

function DeviceRow({ device }: { device: TrustedDevice }) {
  const text = useText();
  const { t, format } = text;
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removeDevice(device.id),
    onSuccess: () => client.invalidateQueries({ queryKey: devicesQuery.queryKey }),
    onError: (error) => sayError(errorText(text, error)),
  });
  return (
    <li className="flex min-h-11 items-center gap-3 border-line-soft border-t py-1.5 text-body first:border-t-0">
      <span className="min-w-0 flex-1">
        <span className="block truncate">
          {device.current && <span className="font-medium">{t("device.this")} · </span>}
          {device.agent || t("device.unknown")}
        </span>
        <span className="text-text-3 text-xs">
          {t("device.seen", { when: format.ago(device.last_seen), until: format.date(device.trusted_until) })}
        </span>
      </span>
      <IconButton label={t("device.remove")} onClick={() => remove.mutate()}>
        <Trash2 size={16} aria-hidden="true" />
      </IconButton>
    </li>
  );
}
