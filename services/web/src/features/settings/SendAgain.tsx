import { Button } from "../../components/ui/Button";
import { FormError } from "../../components/ui/FormError";
import { useFormErrors } from "../../lib/useFormErrors";
import { useSendAgain } from "./queries";

/** Has the mail sent, or sent again, that confirms the address. */
export function SendAgain({ label }: { readonly label: string }) {
  const { mutate, error, isPending, isSuccess } = useSendAgain();
  const { rest, mustWait } = useFormErrors(error);
  if (isSuccess) return <p>A mail is on its way. Its link works for two days, and earlier ones no more.</p>;
  return (
    <>
      <Button disabled={isPending || mustWait} onClick={() => mutate()}>
        {label}
      </Button>
      <FormError>{rest}</FormError>
    </>
  );
}
