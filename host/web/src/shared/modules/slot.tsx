import type { EntityDefinition, RecordData, RecordWidgetProps } from "@opsflux/ui";
import type { ReactNode } from "react";
import { useText } from "../i18n/text";
import { ErrorBoundary } from "../ui/error_boundary";
import { type OwnSlot, useWidgets, type WidgetEntry } from "./registry";

export interface SlotProps {
  slot: OwnSlot;
  entity?: EntityDefinition;
  record?: RecordData;
  /** Puts something around each widget, for instance a section with its title. */
  wrap?: (widget: ReactNode, title: string | undefined, entry: WidgetEntry) => ReactNode;
}

/** The widgets of all active modules for one place. One that fails does so alone. */
export function Slot({ slot, entity, record, wrap }: SlotProps) {
  const { find } = useText();
  const widgets = useWidgets(slot, entity?.name);
  return widgets.map((entry) => {
    const props = { module: entry.module, entity, record } as RecordWidgetProps;
    const widget = <entry.component {...props} />;
    const title = find(`${entry.module}.widget.${entry.id}`);
    return (
      <ErrorBoundary key={`${entry.module}/${entry.id}`} title={title} resetKey={record?.id}>
        {wrap ? wrap(widget, title, entry) : widget}
      </ErrorBoundary>
    );
  });
}
