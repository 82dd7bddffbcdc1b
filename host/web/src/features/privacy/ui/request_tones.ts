export const requestTones = {
  waiting: "info",
  running: "info",
  done: "ok",
  failed: "danger",
  undone: "off",
  removed: "off",
} as const;
