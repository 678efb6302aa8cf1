import { useState } from "react";
import { expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { Dialog } from "../../../src/components/ui/Dialog";
import { show } from "./support";

function Example() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Open
      </button>
      {open && (
        <Dialog title="A name" onClose={() => setOpen(false)}>
          <input aria-label="Name" />
          <button type="button">Save</button>
        </Dialog>
      )}
    </>
  );
}

test("a dialog has a name, takes the focus and keeps it, and gives it back on Escape", async () => {
  const { screen } = await show(<Example />);
  const opener = screen.getByText("Open");
  await opener.click();
  const dialog = screen.getByRole("dialog", { name: "A name" });
  await expect.element(dialog).toBeVisible();
  await expect.element(screen.getByLabelText("Name")).toHaveFocus();
  await userEvent.tab();
  await userEvent.tab();
  await expect.element(screen.getByLabelText("Name")).toHaveFocus();
  await userEvent.keyboard("{Escape}");
  await expect.element(dialog).not.toBeInTheDocument();
  await expect.element(opener).toHaveFocus();
});

test("a press beside a dialog loses nothing that was typed in it", async () => {
  const { screen } = await show(<Example />);
  await screen.getByText("Open").click();
  await screen.getByLabelText("Name").fill("Ada");
  await userEvent.click(document.body, { position: { x: 2, y: 2 }, force: true });
  await expect.element(screen.getByLabelText("Name")).toHaveValue("Ada");
});
