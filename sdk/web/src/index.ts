/**
 * @opsflux/ui: what the front end of a module may import besides React. The host provides the one copy at run
 * time through its import map, so a module's bundle holds none of it.
 */
export { Button, type ButtonKind, type ButtonProps, buttonClasses } from "./button";
export { Card, type CardProps } from "./card";
export { classNames } from "./class_names";
export { Gauge, type GaugeProps, type GaugeTone, gaugeTone } from "./gauge";
export { request, useFlag, useList, usePreference, useRecord, useTranslation } from "./hooks";
export { provideRuntime, type Runtime } from "./runtime";
export { Status, type StatusProps, StatusShape } from "./status";
export { CategoryText, Tag } from "./tag";
export type * from "./types";
