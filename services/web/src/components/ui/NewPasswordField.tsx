import type { ChangeEvent } from "react";
import { PasswordField } from "./PasswordField";

interface Props {
  readonly label?: string;
  /** What else is to know, after what makes a good one. */
  readonly more?: string;
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (event: ChangeEvent<HTMLInputElement>) => void;
}

/** A password that an account gets. */
export function NewPasswordField({ label = "New password", more = "", ...rest }: Props) {
  return (
    <PasswordField
      label={label}
      name="password"
      autoComplete="new-password"
      required
      minLength={8}
      maxLength={256}
      hint={`8 to 256 characters. Not one that a stranger would try first.${more}`}
      {...rest}
    />
  );
}
