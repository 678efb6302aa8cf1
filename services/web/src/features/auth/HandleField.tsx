import type { ChangeEvent } from "react";
import { Field } from "../../components/ui/Field";

interface Props {
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (event: ChangeEvent<HTMLInputElement>) => void;
}

/** The handle of a new account. */
export function HandleField(props: Props) {
  return (
    <Field
      label="Handle"
      name="username"
      autoComplete="username"
      autoCapitalize="off"
      spellCheck={false}
      required
      minLength={3}
      maxLength={32}
      hint="Your address on the site, for good: 3 to 32 of a-z, 0-9, - and _, a letter or digit at both ends."
      {...props}
    />
  );
}
