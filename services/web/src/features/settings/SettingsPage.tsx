import { useTitle } from "../../lib/title";

export function SettingsPage() {
  useTitle("Settings");
  return <h1 className="p-4 text-xl">Settings</h1>;
}
