import { useState } from "react";
import { useLocation } from "react-router";
import { expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { Menu } from "../../../src/components/ui/Menu";
import { show } from "./support";

const onSelect = vi.fn();

function Example() {
  const [theme, setTheme] = useState("dark");
  const { pathname } = useLocation();
  return (
    <>
      <Menu
        name="More"
        label="More"
        entries={[
          { type: "link", label: "About", to: "/about" },
          { type: "separator" },
          {
            type: "radio",
            label: "Theme",
            value: theme,
            options: [
              ["dark", "Dark"],
              ["light", "Light"],
            ],
            onSelect: setTheme,
          },
          { type: "action", label: "Sign out", onSelect },
        ]}
      />
      <p style={{ marginTop: 400 }}>At {pathname}</p>
    </>
  );
}

async function open() {
  const { screen } = await show(<Example />);
  const button = screen.getByRole("button", { name: "More" });
  const menu = screen.getByRole("menu", { name: "More" });
  return { screen, button, menu, item: (name: string) => screen.getByRole("menuitem", { name }) };
}

test("a menu opens by keyboard, moves by arrow keys, and gives the focus back on Escape", async () => {
  const { screen, button, menu, item } = await open();
  await userEvent.tab();
  await expect.element(button).toHaveFocus();
  await userEvent.keyboard("{ArrowDown}");
  await expect.element(item("About")).toHaveFocus();
  await expect.element(button).toHaveAttribute("aria-expanded", "true");
  await userEvent.keyboard("{ArrowDown}");
  await expect.element(screen.getByRole("menuitemradio", { name: "Dark" })).toHaveFocus();
  await userEvent.keyboard("{End}");
  await expect.element(item("Sign out")).toHaveFocus();
  await userEvent.keyboard("{Escape}");
  await expect.element(menu).not.toBeInTheDocument();
  await expect.element(button).toHaveFocus();
});

test("a menu's button and a press outside close it", async () => {
  const { screen, button, menu } = await open();
  await button.click();
  await expect.element(menu).toBeVisible();
  await button.click();
  await expect.element(menu).not.toBeInTheDocument();
  await button.click();
  await expect.element(menu).toBeVisible();
  await screen.getByText("At /").click();
  await expect.element(menu).not.toBeInTheDocument();
});

test("a link of a menu leads on and closes it; an action runs and gives the focus back", async () => {
  const { screen, button, menu, item } = await open();
  await button.click();
  await item("About").click();
  await expect.element(screen.getByText("At /about")).toBeVisible();
  await expect.element(menu).not.toBeInTheDocument();
  await button.click();
  await item("Sign out").click();
  expect(onSelect).toHaveBeenCalledOnce();
  await expect.element(menu).not.toBeInTheDocument();
  await expect.element(button).toHaveFocus();
});

test("an option of a menu is taken at once, and the menu stays", async () => {
  const { screen, button } = await open();
  await button.click();
  const [dark, light] = ["Dark", "Light"].map((name) => screen.getByRole("menuitemradio", { name }));
  await expect.element(dark ?? button).toHaveAttribute("aria-checked", "true");
  await light?.click();
  await expect.element(light ?? button).toHaveAttribute("aria-checked", "true");
  await expect.element(dark ?? button).toHaveAttribute("aria-checked", "false");
});
