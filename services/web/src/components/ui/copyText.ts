import { toast } from "./toastStore";

/** Copies a text to the clipboard and shows a toast. */
export async function copyText(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(done);
  } catch {
    toast("The browser did not allow copying. Select the text and copy it yourself.", "bad");
  }
}
