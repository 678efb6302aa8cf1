/**
 * `/embed/ID`: a work's picture in a frame on another site. The still with a play button first, then the live canvas;
 * the title leads to the work. It works in a sandbox without an origin: everything it needs is in the document.
 *
 * `?autoplay=1` plays at once, `paused` shows one live frame, `t` is the second to begin at, `controls=0` leaves the
 * bar away, `mouse=0` keeps the mouse from the shader.
 */

import "./embed.css";
import type { Schemas } from "../api/client";
import { boot } from "../app/boot";
import { reducesMotion } from "../player/motion";
import { Player } from "../player/Player";
import { bar } from "./bar";
import { button, make } from "./make";
import { optionsOf } from "./options";

type Work = Schemas["ShaderPublic"];

function start(root: HTMLElement, work: Work): void {
  const options = optionsOf(location.search);
  const canvas = make("canvas", "picture");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `${work.title} by ${work.author.display_name}`);
  const still = work.still_url === null ? null : make("img", "picture");
  if (still !== null && work.still_url !== null) still.src = work.still_url;
  if (still !== null) still.alt = "";
  const notice = make("p", "notice");
  const big = button("Play", "play", () => play());
  root.append(canvas, ...(still === null ? [] : [still]), big, notice);
  if (work.average_color !== null) root.style.backgroundColor = work.average_color;

  // Until it is wanted there is no context: a page may hold many frames, and a browser few contexts.
  let player: Player | null = null;
  const begin = (): Player => {
    const live = load(canvas, work, options);
    const show = () => {
      const { status, frame, notice: words } = live.view;
      still?.classList.toggle("gone", frame > 0);
      notice.textContent = words ?? "";
      big.textContent = status === "heavy" ? "Run anyway" : "Play";
      big.hidden = status === "playing" || status === "compiling" || status === "empty";
    };
    live.subscribe(show);
    show();
    if (options.controls) bar(root, work, live);
    return live;
  };
  const play = () => {
    player ??= begin();
    player.play();
  };
  if (options.controls) bar(root, work, null);
  if (options.paused) player = begin();
  else if (options.autoplay && !reducesMotion()) play();
}

function load(canvas: HTMLCanvasElement, work: Work, options: ReturnType<typeof optionsOf>): Player {
  const player = new Player(canvas);
  player.setInteractive(options.mouse);
  if (options.mouse && /mouse/i.test(work.source)) canvas.classList.add("touched");
  player.seek(options.time);
  const parameters = work.parameter_values as Record<string, number | boolean | readonly number[]>;
  void player.load(work.source, { dialect: work.dialect, parameters });
  return player;
}

const root = document.getElementById("root");
const work = Object.values(boot.answers)[0] as Work | undefined;
if (root !== null && work !== undefined) start(root, work);
