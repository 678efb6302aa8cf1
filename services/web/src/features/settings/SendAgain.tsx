import { Button } from "../../components/ui/Button";
import { FormError } from "../../components/ui/FormError";
import { formErrorsOf } from "../../lib/formErrors";
import { useSendAgain } from "./queries";

/** Has the mail sent, or sent again, that confirms the address. */
export function SendAgain({ label }: { readonly label: string }) {
  const { mutate, error, isPending, isSuccess } = useSendAgain();
  if (isSuccess) return <p>A mail is on its way. Its link works for two days, and earlier ones no more.</p>;
  return (
    <>
      <Button disabled={isPending} onClick={() => mutate()}>
        {label}
      </Button>
      <FormError>{formErrorsOf(error, {}).rest}</FormError>
    </>
  );
}
