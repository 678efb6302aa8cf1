import { useLocation } from "react-router";
import { Dialog } from "../../components/ui/Dialog";
import { PasskeySignIn } from "./PasskeySignIn";
import { ProviderButtons } from "./ProviderButtons";
import { useWays } from "./providerQueries";
import { SignInForm } from "./SignInForm";

/** Signs in again without leaving the page; a provider leads back to it. */
export function SignInDialog({ onClose }: { readonly onClose: () => void }) {
  const { pathname, search } = useLocation();
  const { passwords } = useWays();
  return (
    <Dialog title="Sign in again" onClose={onClose}>
      <div className="flex flex-col gap-4">
        {passwords ? <SignInForm /> : <PasskeySignIn />}
        <ProviderButtons returnTo={pathname + search} />
      </div>
    </Dialog>
  );
}
