import { useTitle } from "../../lib/title";

export function ProfilePage() {
  useTitle("Profile");
  return <h1 className="p-4 text-xl">Profile</h1>;
}
