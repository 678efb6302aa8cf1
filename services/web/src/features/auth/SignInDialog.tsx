import { Dialog } from "../../components/ui/Dialog";
import { SignInForm } from "./SignInForm";

/** Over the page whose sign-in has ended, so that what is on it stays. */
export function SignInDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Sign in again" onClose={onClose}>
      <SignInForm />
    </Dialog>
  );
}
