import { say } from "../../components/toasts";

/** Puts a text on the clipboard and says so. */
export async function copy(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say(done);
  } catch {
    say("The browser did not allow copying. Select the text and copy it yourself.", "bad");
  }
}
