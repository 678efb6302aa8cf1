import { formErrorsOf } from "../../lib/formErrors";
import { Button } from "./Button";
import { FormError } from "./FormError";

interface Props {
  readonly error: Error | null;
  readonly onRetry: () => void;
}

/** Why a part of a page could not be loaded, and another try; nothing without an error. */
export function LoadFailure({ error, onRetry }: Props) {
  if (error === null) return null;
  return (
    <div className="flex flex-col items-start gap-3">
      <FormError>{formErrorsOf(error, {}).rest}</FormError>
      <Button onClick={onRetry}>Try again</Button>
    </div>
  );
}
