import type { RegisterModule } from "@opsflux/ui";
import { Relations } from "./relations";
import "./relations.css";

export const register: RegisterModule = (host) => {
  host.registerWidget("record.aside", Relations, "relations");
};
