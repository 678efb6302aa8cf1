import { useEffect, useState } from "react";
import { ApiError } from "../api/problem";
import { type FormErrors, formErrorsOf, NO_ERRORS } from "./formErrors";

interface Waiting extends FormErrors {
  /** Whether the API takes no other try yet; `rest` counts the seconds. */
  readonly mustWait: boolean;
}

/** `formErrorsOf` for a form that is shown: a refusal that names its end (429) counts down to it, and is gone then. */
export function useFormErrors(error: Error | null, byCode: Readonly<Record<string, string>> = {}): Waiting {
  const left = useSecondsLeft(error);
  if (left > 0) return { fields: {}, rest: waitMessage(left), mustWait: true };
  return { ...(secondsOf(error) > 0 ? NO_ERRORS : formErrorsOf(error, byCode)), mustWait: false };
}

function useSecondsLeft(error: Error | null): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    const seconds = secondsOf(error);
    const until = Date.now() + seconds * 1000;
    setLeft(seconds);
    if (seconds === 0) return undefined;
    const timer = setInterval(() => {
      const rest = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      setLeft(rest);
      if (rest === 0) clearInterval(timer);
    }, 500);
    return () => clearInterval(timer);
  }, [error]);
  return left;
}

function secondsOf(error: Error | null): number {
  return error instanceof ApiError && error.status === 429 ? (error.retryAfter ?? 0) : 0;
}

function waitMessage(seconds: number): string {
  return `Too many tries. Wait ${seconds} ${seconds === 1 ? "second" : "seconds"}, then try again.`;
}
