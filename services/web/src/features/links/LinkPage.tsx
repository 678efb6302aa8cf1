/**
 * The pages that links in mails lead to. Each says what it is about to do and has a button for it: programs that look
 * through mails open links, and a link works once.
 */

import type { ReactNode } from "react";
import { Button, ButtonLink } from "../../components/ui/Button";
import { EmptyState } from "../../components/ui/EmptyState";
import { FormError } from "../../components/ui/FormError";
import { useLinkToken } from "../../lib/linkToken";
import { useTitle } from "../../lib/title";
import { useFormErrors } from "../../lib/useFormErrors";
import { type Purpose, useLink } from "./queries";

interface Words {
  readonly title: string;
  readonly text: string;
  readonly button: string;
  readonly done: string;
  readonly next: ReactNode;
}

const WORDS: Record<Purpose, Words> = {
  verify: {
    title: "Confirm your address",
    text: "The mail with this link went to the address of your account.",
    button: "Confirm this address",
    done: "Your address is confirmed",
    next: <ButtonLink to="/">See the gallery</ButtonLink>,
  },
  confirm: {
    title: "Use your new address",
    text: "From now on you sign in with this address, and mails go there. The old one is told.",
    button: "Use this address",
    done: "This is your address now",
    next: <ButtonLink to="/settings">See your settings</ButtonLink>,
  },
  revert: {
    title: "Take your address back",
    text: "The address that this mail went to becomes that of your account again. All sign-ins end, and so do the password and the passkeys, providers, codes and API keys that were added shortly before: you set a new password by mail.",
    button: "Take this address back",
    done: "This is your address again",
    next: (
      <ButtonLink to="/forgot" variant="main">
        Set a new password
      </ButtonLink>
    ),
  },
  unsubscribe: {
    title: "No more mails like this",
    text: "You get no more mails of the kind in which you found this link. Mails about the safety of your account still come.",
    button: "Stop these mails",
    done: "You get no more of these mails",
    next: <ButtonLink to="/settings/notices">Choose what you hear of</ButtonLink>,
  },
};

export function LinkPage({ purpose }: { readonly purpose: Purpose }) {
  const { title, text, button, done, next } = WORDS[purpose];
  useTitle(title);
  const token = useLinkToken();
  const { mutate, error, isPending, isSuccess } = useLink(purpose);
  const { rest, mustWait } = useFormErrors(error);
  if (token === "") {
    return <EmptyState title="This link is not whole">Open it from the mail once more, or copy all of it.</EmptyState>;
  }
  if (isSuccess) {
    return (
      <EmptyState title={done}>
        <span className="flex pt-2">{next}</span>
      </EmptyState>
    );
  }
  return (
    <section className="mx-auto flex max-w-xl flex-col items-start gap-4 px-4 py-16">
      <h1 className="text-xl font-medium">{title}</h1>
      <p className="text-ink-2">{text}</p>
      <FormError>{rest}</FormError>
      <Button variant="main" disabled={isPending || mustWait} onClick={() => mutate(token)}>
        {button}
      </Button>
    </section>
  );
}
