import type { Schemas } from "../api/client";
import { boot } from "../lib/boot";
import type { Player } from "../player/Player";
import { button, make } from "./make";

/** The bar at the bottom: title, author, and the controls of a player. */
export function bar(root: HTMLElement, shader: Schemas["ShaderPublic"], player: Player | null): void {
  root.querySelector(".bar")?.remove();
  const foot = make("div", "bar");
  const link = make("a", "title", shader.title);
  link.href = `${boot.publicUrl}/s/${encodeURIComponent(shader.id)}`;
  link.target = "_blank";
  link.rel = "noopener";
  link.append(make("span", "author", ` by ${shader.author.display_name}`));
  if (player !== null)
    foot.append(
      toggle(player),
      button("Restart", "small", () => player.restart()),
    );
  foot.append(link);
  root.append(foot);
}

function toggle(player: Player): HTMLButtonElement {
  const act = () => (player.view.status === "playing" ? player.pause() : player.play());
  const made = button("Pause", "small", act);
  const show = () => {
    made.textContent = player.view.status === "playing" ? "Pause" : "Play";
  };
  player.subscribe(show);
  show();
  return made;
}
