/**
 * Requests that are refused with `proof_needed` wait here until the visitor has shown again who they are; the client
 * then sends them once more. One dialog (features/auth/ProofDialog) answers all that wait.
 */

import { create } from "zustand";

export type Way = "passkey" | "password" | "code";

interface ProofState {
  /** The ways that the account has, while something waits. */
  readonly ways: readonly Way[] | null;
}

let waiting: ((proved: boolean) => void)[] = [];

export const useProofRequest = create<ProofState>(() => ({ ways: null }));

/** Whether the visitor has shown who they are; false when they gave up. */
export function requestProof(ways: readonly Way[]): Promise<boolean> {
  useProofRequest.setState({ ways });
  return new Promise((resolve) => waiting.push(resolve));
}

export function answerProof(proved: boolean): void {
  const all = waiting;
  waiting = [];
  useProofRequest.setState({ ways: null });
  for (const resolve of all) resolve(proved);
}

/** The ways that a refusal names, or null for any other response. */
export async function waysOf(response: Response): Promise<readonly Way[] | null> {
  if (response.status !== 403) return null;
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  const { code, ways } = (body ?? {}) as { code?: unknown; ways?: unknown };
  return code === "proof_needed" && Array.isArray(ways) ? (ways as Way[]) : null;
}
