/**
 * The API, typed by its own description (`npm run api` writes schema.d.ts anew; CI compares).
 *
 *     const work = await ok(api.GET("/api/v1/shaders/{shader_id}", { params: { path: { shader_id: id } } }));
 *
 * `ok` gives the body or throws `ApiError`. The caller's token is added; a 401 to a token is tried once more with a
 * fresh one, so that a token that expires in mid-edit is nobody's business, or with none where the sign-in has ended:
 * what is public is still shown.
 */

import createClient from "openapi-fetch";
import { newId } from "../lib/ids";
import { ApiError, apiError, unreachable } from "./problem";
import type { components, paths } from "./schema";
import { accessToken, distrust } from "./session";

export type Schemas = components["schemas"];

async function authorized(request: Request): Promise<Response> {
  const again = request.clone();
  const token = await accessToken();
  const first = await send(request, token);
  if (first.status !== 401 || token === null) return first;
  distrust(token);
  return send(again, await accessToken());
}

function send(request: Request, token: string | null): Promise<Response> {
  if (token !== null) request.headers.set("Authorization", `Bearer ${token}`);
  return fetch(request);
}

export const api = createClient<paths>({ baseUrl: location.origin, fetch: authorized });

/** Without the caller's token: for what makes a sign-in, while which no other token may be asked for. */
export const anonymousApi = createClient<paths>({ baseUrl: location.origin });

interface Answer<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

export async function ok<T>(asked: Promise<Answer<T>>): Promise<T> {
  const answer = await asked.catch((cause: unknown) => {
    if (cause instanceof ApiError || (cause instanceof DOMException && cause.name === "AbortError")) throw cause;
    throw unreachable();
  });
  if (!answer.response.ok) throw apiError(answer.response, answer.error);
  return answer.data as T;
}

/** A key for one intention: the same for each try of it, so that nothing is made twice. */
export function intention(): { "Idempotency-Key": string } {
  return { "Idempotency-Key": newId() };
}
