import { Button } from "../../components/ui/Button";
import { FormError } from "../../components/ui/FormError";
import { formErrorsOf } from "../../lib/formErrors";
import { useBegin, useWays } from "./providerQueries";

interface Props {
  /** Where to go after the sign-in. */
  readonly returnTo: string;
  /** The name of a provider to leave out. */
  readonly except?: string;
}

/** A button for each provider of this site; nothing where there is none. */
export function ProviderButtons({ returnTo, except }: Props) {
  const { passwords, providers } = useWays();
  const { mutate, error, isPending } = useBegin();
  const shown = providers.filter(({ name }) => name !== except);
  if (shown.length === 0) return null;
  return (
    <div className="flex flex-col gap-3">
      {passwords && (
        <p className="flex items-center gap-3 text-sm text-ink-2 before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
          or
        </p>
      )}
      {shown.map(({ name, label }) => (
        <Button key={name} disabled={isPending} onClick={() => mutate({ name, returnTo })}>
          Continue with {label}
        </Button>
      ))}
      <FormError>{formErrorsOf(error, {}).rest}</FormError>
    </div>
  );
}
