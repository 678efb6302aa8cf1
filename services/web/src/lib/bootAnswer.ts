import { useSession } from "../api/session";
import { boot } from "./boot";

interface Initial<T> {
  readonly initialData?: T;
  readonly initialDataUpdatedAt?: number;
}

/** The API's answer that came with the document. It is that for visitors: for an account it is stale from the start. */
export function bootAnswer<T>(path: string): Initial<T> {
  const answer = boot.answers[path];
  if (answer === undefined) return {};
  const initialData = answer as T;
  return useSession.getState().status === "visitor" ? { initialData } : { initialData, initialDataUpdatedAt: 0 };
}
