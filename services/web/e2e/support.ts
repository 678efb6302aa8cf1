/** What several stories share: accounts and shaders made through the API, and a page that fails on what it should not say. */

import { type APIRequestContext, test as base, expect, type Page } from "@playwright/test";

export interface User {
  readonly handle: string;
  readonly password: string;
  readonly token: string;
}

export const GRADIENT = `void mainImage(out vec4 color, in vec2 position) {
  vec2 uv = position / iResolution.xy;
  color = vec4(uv, 0.5 + 0.5 * sin(iTime), 1.0);
}
`;

let made = 0;

/** A new account, by the API. */
export async function register(request: APIRequestContext, name = "artist"): Promise<User> {
  made += 1;
  const handle = `${name}-${Date.now().toString(36)}${made}`;
  const password = "seven moons over Lisbon";
  const data = { handle, email: `${handle}@example.org`, password, token_transport: "body" };
  const answer = await request.post("/api/v1/auth/register", { data });
  expect(answer.status(), await answer.text()).toBe(201);
  return { handle, password, token: (await answer.json()).access_token };
}

/** A public shader of `user`, with its picture drawn unless told otherwise. */
export async function publish(
  request: APIRequestContext,
  user: User,
  shader: { title?: string; source?: string; [key: string]: unknown } = {},
  drawn = true,
): Promise<string> {
  const headers = { Authorization: `Bearer ${user.token}` };
  const data = { title: "Gradient", source: GRADIENT, licence: "CC-BY-4.0", visibility: "public", ...shader };
  const answer = await request.post("/api/v1/shaders", { data, headers });
  expect(answer.status(), await answer.text()).toBe(201);
  const { id } = await answer.json();
  if (drawn) {
    const still = async () => (await (await request.get(`/api/v1/shaders/${id}`, { headers })).json()).still_url;
    await expect.poll(still, { timeout: 30_000 }).not.toBeNull();
  }
  return id;
}

/** Signs in by the page's own form; `shown` is what the bar then says. */
export async function signIn(page: Page, user: User, shown = user.handle): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("Handle or e-mail").fill(user.handle);
  await page.getByLabel("Password").fill(user.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("banner")).toContainText(shown);
}

/** `test` whose page fails the test on a script error or a broken policy. */
export const test = base.extend({
  page: async ({ page }, use) => {
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("console", (message) => {
      if (/Content Security Policy|TrustedHTML|TrustedScript/.test(message.text())) faults.push(message.text());
    });
    await use(page);
    expect(faults).toEqual([]);
  },
});

export { expect };
