import { expect, test } from "vitest";
import { RegisterPage } from "../../../src/features/auth/RegisterPage";
import { SignInPage } from "../../../src/features/auth/SignInPage";
import { fakeApi, problem, show } from "./support";

const api = fakeApi();
let answer: (ways: object) => void = () => undefined;
const ROUTE = "POST /api/v1/auth/register";

async function fill() {
  api.current.on("GET /api/v1/auth/ways", { passwords: true, registration: true, mail: true, providers: [] });
  const { screen } = await show(<RegisterPage />, "/register");
  await screen.getByLabelText("Handle").fill("ada");
  await screen.getByLabelText("E-mail").fill("ada@example.org");
  await screen.getByLabelText("Password").fill("seven moons over Lisbon");
  return { screen, submit: screen.getByRole("button", { name: "Register" }) };
}

test("the form is there while it is not known what the site takes, and gone where it takes no accounts", async () => {
  const answers = new Promise<object>((resolve) => {
    answer = resolve;
  });
  api.current.on("GET /api/v1/auth/ways", () => answers);
  const { screen } = await show(<RegisterPage />, "/register");
  await expect.element(screen.getByLabelText("Handle")).toBeVisible();
  answer({ passwords: true, registration: false, mail: true, providers: [] });
  await expect.element(screen.getByText("This site takes no new accounts at the moment.")).toBeVisible();
  await expect.element(screen.getByLabelText("Handle")).not.toBeInTheDocument();
});

test("the sign-in form is there while it is not known what the site takes", async () => {
  api.current.on("GET /api/v1/auth/ways", () => new Promise(() => undefined));
  const { screen } = await show(<SignInPage />, "/sign-in");
  await expect.element(screen.getByLabelText("Handle or e-mail")).toBeVisible();
});

test("registering shows each error at its field, and keeps what was typed", async () => {
  api.current.on(ROUTE, problem(409, "handle_taken", "This handle is taken"));
  const { screen, submit } = await fill();
  await submit.click();
  await expect.element(screen.getByLabelText("Handle")).toHaveAttribute("aria-invalid", "true");
  await expect.element(screen.getByLabelText("Handle")).toHaveValue("ada");
  await expect.element(screen.getByRole("alert")).toHaveTextContent("This handle is taken.");
});

test("registering again with the same values has the same idempotency key, with others another", async () => {
  api.current.on(ROUTE, problem(503, "unavailable", "Later"));
  const { screen, submit } = await fill();
  await submit.click();
  await expect.poll(() => api.current.to(ROUTE).length).toBe(1);
  await expect.element(submit).toBeEnabled();
  await submit.click();
  await expect.poll(() => api.current.to(ROUTE).length).toBe(2);
  await screen.getByLabelText("Handle").fill("grace");
  await submit.click();
  await expect.poll(() => api.current.to(ROUTE).length).toBe(3);
  const [first, second, third] = api.current.to(ROUTE).map(({ headers }) => headers.get("Idempotency-Key"));
  expect(first).toBe(second);
  expect(third).not.toBe(first);
});

test("registering too often waits as long as the API says", async () => {
  const refusal = problem(429, "rate_limited", "Too many", {});
  refusal.headers.set("Retry-After", "30");
  api.current.on(ROUTE, refusal);
  const { screen, submit } = await fill();
  await submit.click();
  await expect.element(submit).toBeDisabled();
  await expect.element(screen.getByText(/Wait \d+ seconds/)).toBeVisible();
});

test.each([true, false])("who signs in too often is told what lets one in; mail: %s", async (mail) => {
  const refusal = problem(429, "rate_limited", "Too many", {});
  refusal.headers.set("Retry-After", "30");
  api.current.on("POST /api/v1/auth/login", refusal);
  api.current.on("GET /api/v1/auth/ways", { passwords: true, registration: true, mail, providers: [] });
  const { screen } = await show(<SignInPage />, "/sign-in");
  await screen.getByLabelText("Handle or e-mail").fill("ada");
  await screen.getByLabelText("Password").fill("seven moons over Lisbon");
  await screen.getByRole("button", { name: "Sign in", exact: true }).click();
  const others = mail ? /A passkey, or a new password by mail, lets you in/ : /A passkey lets you in at once/;
  await expect.element(screen.getByText(others)).toBeVisible();
  expect(screen.getByRole("link", { name: "Forgot your password?" }).elements()).toHaveLength(mail ? 1 : 0);
});
