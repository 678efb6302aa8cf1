/**
 * `/embed/ID`: a shader's picture in a frame on another site. The still with a play button first, then the live canvas;
 * the title leads to the shader. It works in a sandbox without an origin: everything it needs is in the document.
 *
 * A work that flashes plays when somebody has asked for it, not before.
 *
 * `?autoplay=1` plays at once, `paused` shows one live frame, `t` is the second to begin at, `controls=0` leaves the
 * bar away, `mouse=0` keeps the mouse from the shader.
 */

import "./embed.css";
import type { Schemas } from "../api/client";
import { boot } from "../lib/boot";
import { asksFirst, FLASHES, PLAY_ANYWAY, playAnyway } from "../lib/flashes";
import { reducesMotion } from "../lib/motion";
import { FRAME_SIZES, stillOf } from "../lib/stills";
import { Player } from "../player/Player";
import { bar } from "./bar";
import { button, make } from "./make";
import { optionsOf } from "./options";

type Shader = Schemas["ShaderPublic"];

function start(root: HTMLElement, shader: Shader): void {
  const options = optionsOf(location.search);
  const canvas = make("canvas", "picture");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `${shader.title} by ${shader.author.display_name}`);
  const still = pictureOf(shader);
  const asks = () => asksFirst(shader);
  const message = make("p", "notice", asks() ? FLASHES : "");
  const big = button(asks() ? PLAY_ANYWAY : "Play", "play", () => play());
  root.append(canvas, ...(still === null ? [] : [still]), big, message);
  if (shader.average_color !== null) root.style.backgroundColor = shader.average_color;

  // The context is made on demand: a page may have many frames, a browser has few contexts.
  let player: Player | null = null;
  const begin = (): Player => {
    const live = load(canvas, shader, options);
    const show = () => {
      const { status, frame, message: words } = live.view;
      if (status === "playing") playAnyway(shader.id);
      still?.classList.toggle("gone", frame > 0);
      message.textContent = words ?? (asks() ? FLASHES : "");
      big.textContent = status === "heavy" ? "Run anyway" : asks() ? PLAY_ANYWAY : "Play";
      big.hidden = status === "playing" || status === "compiling" || status === "empty";
    };
    live.subscribe(show);
    show();
    if (options.controls) bar(root, shader, live);
    return live;
  };
  const play = () => {
    player ??= begin();
    player.play();
  };
  if (options.controls) bar(root, shader, null);
  if (options.paused) player = begin();
  else if (options.autoplay && !reducesMotion() && !asks()) play();
}

function pictureOf(shader: Shader): HTMLImageElement | null {
  const still = stillOf(shader, FRAME_SIZES);
  if (still === null) return null;
  const { src, srcSet: srcset = "", sizes = "" } = still;
  return Object.assign(make("img", "picture"), { alt: "", sizes, srcset, src });
}

function load(canvas: HTMLCanvasElement, shader: Shader, options: ReturnType<typeof optionsOf>): Player {
  const player = new Player(canvas);
  player.setInteractive(options.mouse);
  if (options.mouse && /mouse/i.test(shader.source)) canvas.classList.add("touched");
  player.seek(options.time);
  const parameters = shader.parameter_values as Record<string, number | boolean | readonly number[]>;
  void player.load(shader.source, { dialect: shader.dialect, parameters });
  return player;
}

const root = document.getElementById("root");
const shader = Object.values(boot.answers)[0] as Shader | undefined;
if (root !== null && shader !== undefined) start(root, shader);
