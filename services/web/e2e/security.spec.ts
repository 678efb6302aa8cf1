import { expect, publish, register, signIn, test, type User } from "./support";

const NASTY = '<img src=x onerror="globalThis.hacked=1"></script><script>globalThis.hacked=1</script>';
const STRICT = [
  "default-src 'none'",
  "script-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
];

/** The same machine by another name: for a browser another site. */
function elsewhere(base: string | undefined): string {
  return String(base).replace("localhost", "127.0.0.1");
}

async function markedUp(request: Parameters<typeof register>[0]): Promise<{ user: User; id: string }> {
  const user = await register(request, "mallory");
  const headers = { Authorization: `Bearer ${user.token}` };
  const named = await request.patch("/api/v1/users/me", {
    headers,
    data: { display_name: NASTY.slice(0, 80), bio: NASTY },
  });
  expect(named.ok()).toBe(true);
  const words = {
    title: NASTY.slice(0, 60),
    description: NASTY,
    source: `// ${NASTY}\nvoid mainImage(out vec4 c, in vec2 p) { c = vec4(0.5); }`,
  };
  return { user, id: await publish(request, user, words, false) };
}

test("titles and names full of markup are text on every page", async ({ page, request }) => {
  const { user, id } = await markedUp(request);
  await signIn(page, user, NASTY.slice(0, 20));
  for (const path of [
    `/s/${id}`,
    `/u/${user.handle}`,
    `/explore?q=${encodeURIComponent(NASTY)}`,
    "/",
    `/edit/${id}`,
    "/settings",
    `/embed/${id}`,
  ]) {
    await page.goto(path);
    await page.waitForLoadState("networkidle", { timeout: 1_000 }).catch(() => undefined);
    expect(await page.evaluate(() => document.querySelectorAll('img[src="x"], img[onerror]').length), path).toBe(0);
    expect(await page.evaluate(() => "hacked" in globalThis), path).toBe(false);
  }
  await page.goto(`/s/${id}`);
  await expect(page.getByRole("heading", { name: "<img src=x" }).first()).toBeVisible();
});

test("every document has a strict policy, and only the embed may be framed", async ({ request, browser, baseURL }) => {
  const id = await publish(request, await register(request), {}, false);
  const paths = ["/", "/explore", `/s/${id}`, "/new", "/settings", "/sign-in", "/nothing", `/s/${id}/v/1`];
  for (const path of paths) {
    const headers = (await request.get(path)).headers();
    const policy = headers["content-security-policy"] ?? "";
    for (const part of STRICT) expect(policy, path).toContain(part);
    expect(policy).not.toContain("unsafe");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers["cross-origin-opener-policy"]).toBe("same-origin");
    expect(headers["x-content-type-options"]).toBe("nosniff");
  }
  const other = await browser.newPage();
  await other.goto(`${elsewhere(baseURL)}/robots.txt`);
  await other.evaluate(
    (addresses) => {
      for (const src of addresses) document.body.append(Object.assign(document.createElement("iframe"), { src }));
    },
    [`${baseURL}/s/${id}`, `${baseURL}/embed/${id}`],
  );
  await other.waitForLoadState("networkidle");
  const shown = await Promise.all(
    other
      .frames()
      .slice(1)
      .map((frame) => frame.evaluate(() => location.href).catch(() => "")),
  );
  expect(shown.filter((address) => address.startsWith(String(baseURL)))).toEqual([`${baseURL}/embed/${id}`]);
  await other.close();
});

test("no token is in storage, and no other site can use the cookie", async ({ page, context, request, baseURL }) => {
  const user = await register(request);
  await signIn(page, user);
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
  expect(kept).not.toMatch(/eyJ|ff_live_|refresh/);
  const [cookie] = (await context.cookies()).filter(({ name }) => name.includes("refresh"));
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict", path: "/" });
  for (const path of ["/api/v1/auth/refresh", "/api/v1/auth/logout"]) {
    for (const headers of [{ Origin: "https://evil.example" }, { "Sec-Fetch-Site": "cross-site" }]) {
      const answer = await context.request.post(path, { headers });
      expect([answer.status(), (await answer.json()).code], path).toEqual([403, "cross_site"]);
    }
  }
  const other = await context.newPage();
  await other.goto(`${elsewhere(baseURL)}/robots.txt`);
  await other.evaluate(
    (url) =>
      fetch(url, { method: "POST", mode: "no-cors", credentials: "include" }).then(
        () => undefined,
        () => undefined,
      ),
    `${baseURL}/api/v1/auth/logout`,
  );
  await other.close();
  await page.reload();
  await expect(page.getByRole("button", { name: `Account of ${user.handle}` })).toBeVisible();
});
