/** Parts of the site in a browser: rendered in a router and a query cache of their own, before an API that is played. */

import "../../../src/styles/main.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { type InitialEntry, MemoryRouter } from "react-router";
import { afterEach, beforeEach, vi } from "vitest";
import { render } from "vitest-browser-react";
import type { Schemas } from "../../../src/api/client";
import { forget, signInWith } from "../../../src/api/session";
import { INITIAL_CHOICES } from "../../../src/lib/shaderChoices";

export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: unknown;
}

type Answer = unknown | Response | ((sent: Sent) => unknown);

export const ADA = {
  id: "user-ada",
  handle: "ada",
  display_name: "Ada",
  email: "ada@example.org",
  bio: "",
} as unknown as Schemas["Account"];

/** An API that answers by method and path (without its query), and notes what it is sent; else it says 404. */
export class FakeApi {
  readonly sent: Sent[] = [];
  private readonly answers = new Map<string, Answer>();

  on(route: string, answer: Answer): this {
    this.answers.set(route, answer);
    return this;
  }

  /** What was sent by that method and path. */
  to(route: string): Sent[] {
    return this.sent.filter(({ method, path }) => `${method} ${path}` === route);
  }

  readonly fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const text = await request.text();
    const { pathname, searchParams } = new URL(request.url);
    const sent = {
      method: request.method,
      path: pathname,
      query: searchParams,
      headers: request.headers,
      body: text === "" ? null : JSON.parse(text),
    };
    this.sent.push(sent);
    const known = this.answers.get(`${sent.method} ${sent.path}`);
    const answer = await (typeof known === "function" ? (known as (sent: Sent) => unknown)(sent) : known);
    if (answer instanceof Response) return answer.clone();
    return answer === undefined ? problem(404, "not_found", "Not here") : Response.json(answer);
  };
}

export function problem(status: number, code: string, detail: string, more: object = {}): Response {
  return Response.json({ status, code, title: detail, detail, ...more }, { status });
}

/** A new API for each test of the file. */
export function fakeApi(): { readonly current: FakeApi } {
  const box = { current: new FakeApi() };
  beforeEach(() => {
    box.current = new FakeApi();
    vi.stubGlobal("fetch", box.current.fetch);
  });
  afterEach(() => {
    forget();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });
  return box;
}

export async function signInAs(account: Schemas["Account"]): Promise<void> {
  await signInWith(async () => ({
    access_token: "token",
    token_type: "Bearer",
    expires_in: 600,
    session_id: "session",
    user: account,
    refresh_token: null,
  }));
}

export async function show(what: ReactNode, path: InitialEntry = "/") {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const screen = await render(
    <QueryClientProvider client={client}>
      <MemoryRouter initialEntries={[path]}>{what}</MemoryRouter>
    </QueryClientProvider>,
  );
  return { screen, client };
}

export const TIDE = {
  id: "tide",
  title: "Tide",
  description: "Water",
  tags: ["sea"],
  licence: "CC-BY-4.0",
  inherited_licence: null,
  ...INITIAL_CHOICES,
  dialect: "shadertoy",
  source: "void mainImage(out vec4 color, in vec2 at) { color = vec4(1.0); }",
  version: 1,
  public_from: 1,
  parameters: [],
  parameter_values: {},
  parent: null,
  forks: 0,
  up: 0,
  down: 0,
  score: 0,
  still_time: 2,
  still_url: null,
  preview_url: null,
  average_color: null,
  animated: false,
  hidden_reason: null,
  render_status: "ready",
  created_at: "2026-11-01T12:00:00Z",
  published_at: "2026-11-01T12:00:00Z",
  author: { handle: "ada", display_name: "Ada" },
  render: { version: 1, status: "ready", preview_status: "none", still_url: null, still_time: 2, errors: [] },
} as unknown as Schemas["ShaderPublic"];
