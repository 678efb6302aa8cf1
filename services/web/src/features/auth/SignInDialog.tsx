import { Dialog } from "../../components/ui/Dialog";
import { SignInForm } from "./SignInForm";

/** Signs in again without leaving the page. */
export function SignInDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Sign in again" onClose={onClose}>
      <SignInForm />
    </Dialog>
  );
}
