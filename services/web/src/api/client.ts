/**
 * The API, typed by its own description (`npm run api` writes schema.d.ts anew; CI compares).
 *
 *     const shader = await ok(api.GET("/api/v1/shaders/{shader_id}", { params: { path: { shader_id: id } } }));
 *
 * `ok` gives the body or throws `ApiError`. The access token is added. After a 401 the request is sent once more with a
 * refreshed token, or without one where the sign-in has ended: what is public is still shown. After `proof_needed` it is
 * sent once more when the visitor has shown again who they are (proof.ts).
 */

import createClient from "openapi-fetch";
import { newId } from "./newId";
import { ApiError, apiError, unreachable } from "./problem";
import { requestProof, waysOf } from "./proof";
import type { components, paths } from "./schema";
import { accessToken, distrust } from "./session";

export type Schemas = components["schemas"];

async function authorized(request: Request): Promise<Response> {
  const again = request.clone();
  const response = await withToken(request);
  const ways = await waysOf(response);
  if (ways === null) return response;
  return (await requestProof(ways)) ? withToken(again) : response;
}

async function withToken(request: Request): Promise<Response> {
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

/** Without the access token: for requests that sign in, during which no other token may be requested. */
export const anonymousApi = createClient<paths>({ baseUrl: location.origin, fetch: (request) => fetch(request) });

interface FetchResult<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

export async function ok<T>(request: Promise<FetchResult<T>>): Promise<T> {
  const result = await request.catch((cause: unknown) => {
    if (cause instanceof ApiError || (cause instanceof DOMException && cause.name === "AbortError")) throw cause;
    throw unreachable();
  });
  if (!result.response.ok) throw apiError(result.response, result.error);
  return result.data as T;
}

/** A new idempotency key: sent with each try of one request, so that nothing is made twice. */
export function idempotencyKey(): { "Idempotency-Key": string } {
  return { "Idempotency-Key": newId() };
}
