import type { Account } from "../../api/session";

/** The props of each section of the settings. */
export interface SettingsProps {
  readonly account: Account;
}
