import { type FormEvent, type ReactNode, useState } from "react";
import type { Schemas } from "../../api/client";
import { Button } from "../../components/ui/Button";
import { Field, SelectField } from "../../components/ui/Field";
import { FormError } from "../../components/ui/FormError";
import { useFormErrors } from "../../lib/useFormErrors";
import type { ShownKey } from "./NewKey";
import { useCreateKey } from "./queries";

type Scope = Schemas["Scope"];

const EXPIRIES = [
  ["30", "In 30 days"],
  ["90", "In 90 days"],
  ["365", "In a year"],
  ["never", "Never"],
] as const;

export function KeyForm({ onMade }: { readonly onMade: (made: ShownKey) => void }) {
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<readonly Scope[]>(["read"]);
  const [days, setDays] = useState<(typeof EXPIRIES)[number][0]>("90");
  const { mutate, error, isPending } = useCreateKey();
  const { fields, rest, mustWait } = useFormErrors(error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const onSuccess = (key: Schemas["KeyCreated"]) => onMade({ name: key.name, value: key.key });
    mutate({ name, scopes: [...scopes], expires_in_days: days === "never" ? null : Number(days) }, { onSuccess });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field
        label="Name"
        hint="What it is for, such as the program that uses it."
        autoComplete="off"
        required
        maxLength={80}
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={fields["name"]}
      />
      <Scopes chosen={scopes} choose={setScopes} />
      <SelectField label="Ends" options={EXPIRIES} value={days} onChoose={setDays} />
      <FormError>{rest}</FormError>
      <Button variant="main" type="submit" className="self-start" disabled={isPending || mustWait}>
        Create key
      </Button>
    </form>
  );
}

interface ScopesProps {
  readonly chosen: readonly Scope[];
  readonly choose: (scopes: readonly Scope[]) => void;
}

function Scopes({ chosen, choose }: ScopesProps) {
  const toggle = (scope: Scope) =>
    choose(chosen.includes(scope) ? chosen.filter((other) => other !== scope) : [...chosen, scope]);
  const box = (scope: Scope, words: ReactNode, fixed = false) => (
    <label className="flex min-h-8 items-center gap-3 pointer-coarse:min-h-11">
      <input
        type="checkbox"
        className="size-4 flex-none accent-accent"
        checked={chosen.includes(scope)}
        disabled={fixed}
        onChange={() => toggle(scope)}
      />
      <span>{words}</span>
    </label>
  );
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-medium">What it may do</legend>
      {box("read", "Read, validate and preview; every key may", true)}
      {box("write", "Write: shaders, versions, forks, votes, reports")}
      {box("bounty", "Pledge and fulfil bounties")}
    </fieldset>
  );
}
