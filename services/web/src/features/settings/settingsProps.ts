import type { Account } from "../../api/session";

/** What each section of the settings is given. */
export interface SettingsProps {
  readonly account: Account;
}
