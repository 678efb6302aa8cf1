import type { ChangeEvent } from "react";
import { Field } from "./Field";

interface Props {
  readonly hint?: string;
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (event: ChangeEvent<HTMLInputElement>) => void;
}

/** An account's address. */
export function EmailField(props: Props) {
  return <Field label="E-mail" name="email" type="email" autoComplete="email" required maxLength={320} {...props} />;
}
