/** Every failure of the API as one error with a stable `code`; `offline` and `unreachable` are ours. */

import type { components } from "./schema";

export type Problem = components["schemas"]["Problem"] & Record<string, unknown>;

export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Members beside the standard ones, such as the errors of a compiler. */
    readonly problem: Partial<Problem> = {},
    /** Seconds after which the same request may work. */
    readonly retryAfter: number | null = null,
  ) {
    super(message);
  }
}

export function apiError(response: Response, body: unknown): ApiError {
  const problem = isProblem(body) ? body : {};
  const wait = Number(response.headers.get("Retry-After") ?? Number.NaN);
  const message =
    problem.detail || problem.title || "The site did not answer as it should. Nothing is lost; try again.";
  return new ApiError(
    response.status,
    problem.code ?? "unexpected",
    message,
    problem,
    Number.isNaN(wait) ? null : wait,
  );
}

/** Whether there is nothing of that name, or nothing can have it. */
export function isMissing(error: Error | null): boolean {
  return error instanceof ApiError && (error.status === 404 || error.status === 422);
}

export function unreachable(): ApiError {
  return navigator.onLine
    ? new ApiError(0, "unreachable", "The site cannot be reached at the moment. Nothing is lost; try again.")
    : new ApiError(0, "offline", "You are offline. Nothing is lost; try again when the network is back.");
}

function isProblem(body: unknown): body is Partial<Problem> {
  return typeof body === "object" && body !== null && "code" in body;
}
