import { type FormEvent, useState } from "react";
import { Link } from "react-router";
import { ApiError } from "../../api/problem";
import { Button, ButtonLink } from "../../components/ui/Button";
import { EmptyState } from "../../components/ui/EmptyState";
import { FormError } from "../../components/ui/FormError";
import { NewPasswordField } from "../../components/ui/NewPasswordField";
import { useLinkToken } from "../../lib/linkToken";
import { useTitle } from "../../lib/title";
import { useFormErrors } from "../../lib/useFormErrors";
import { AuthFrame } from "./AuthFrame";
import { useResetPassword } from "./queries";

/** Sets a new password by a link that was mailed. */
export function ResetPage() {
  useTitle("New password");
  const token = useLinkToken();
  const { mutate, error, isPending, isSuccess } = useResetPassword();
  const isOver = token === "" || (error instanceof ApiError && error.code === "link_over");
  if (isSuccess) {
    return (
      <EmptyState title="Your password is changed">
        <p className="pb-4">All sign-ins have ended. API keys go on working; look whether you know all of them.</p>
        <ButtonLink to="/sign-in?next=/settings/keys" variant="main">
          Sign in
        </ButtonLink>
      </EmptyState>
    );
  }
  if (isOver) {
    return (
      <EmptyState title="This link is not good any more">
        It works once, for 30 minutes, and a newer one replaces it.{" "}
        <Link to="/forgot" className="text-ink underline">
          Ask for another
        </Link>
        .
      </EmptyState>
    );
  }
  return (
    <AuthFrame title="New password" forEverybody>
      <ResetForm error={error} isPending={isPending} onSubmit={(password) => mutate({ token, password })} />
    </AuthFrame>
  );
}

interface Props {
  readonly error: Error | null;
  readonly isPending: boolean;
  readonly onSubmit: (password: string) => void;
}

function ResetForm({ error, isPending, onSubmit }: Props) {
  const [password, setPassword] = useState("");
  const { fields, rest, mustWait } = useFormErrors(error, { weak_password: "password" });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit(password);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <NewPasswordField
        more=" All sign-ins end."
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        error={fields["password"]}
      />
      <FormError>{rest}</FormError>
      <Button variant="main" type="submit" disabled={isPending || mustWait}>
        Set this password
      </Button>
    </form>
  );
}
