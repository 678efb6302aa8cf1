import { describe, expect, onTestFinished, test, vi } from "vitest";
import { Player } from "../../../src/player/Player";
import { BROKEN, GREEN, RED, TRAIL } from "../../runtime/shaders";

const CLOCK =
  "void mainImage(out vec4 c, in vec2 p) { c = vec4(iTime / 10.0, iMouse.x / 255.0, iMouse.z / 255.0, 1); }";
/** Endless where the GPU lets it; llvmpipe leaves each loop after 65,536 rounds. */
const ENDLESS = `void mainImage(out vec4 c, in vec2 p) {
  float s = p.x;
  for (int i = 0; i < 1000000000; i++) for (int j = 0; j < 50; j++) s = sin(s + float(j));
  c = vec4(s, iTime, 0, 1);
}`;

interface Made {
  readonly canvas: HTMLCanvasElement;
  readonly player: Player;
}

function make(width = 64, height = 36): Made {
  const canvas = document.createElement("canvas");
  canvas.style.cssText = `display: block; width: ${width}px; height: ${height}px`;
  document.body.append(canvas);
  const player = new Player(canvas);
  onTestFinished(() => {
    player.dispose();
    canvas.remove();
  });
  return { canvas, player };
}

async function becomes(player: Player, status: string): Promise<void> {
  await vi.waitFor(() => expect(player.view.status).toBe(status), { timeout: 20_000, interval: 5 });
}

/** The first pixel of a screenshot. */
async function pixel(player: Player): Promise<number[]> {
  const picture = await createImageBitmap(await player.screenshot());
  const context = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
  context?.drawImage(picture, 0, 0);
  return [...(context?.getImageData(0, 0, 1, 1).data ?? [])];
}

function lose(canvas: HTMLCanvasElement): WEBGL_lose_context | null {
  const extension = canvas.getContext("webgl2")?.getExtension("WEBGL_lose_context") ?? null;
  extension?.loseContext();
  return extension;
}

describe("playing", () => {
  test("a shader is paused until it is played, and its time then goes on", async () => {
    const { canvas, player } = make();
    expect(await player.load(CLOCK)).toMatchObject({ ok: true, animated: true });
    await becomes(player, "paused");
    await vi.waitFor(() => expect(player.view.frame).toBe(1));
    expect([canvas.width, canvas.height, player.view.time]).toEqual([64 * devicePixelRatio, 36 * devicePixelRatio, 0]);
    player.play();
    await vi.waitFor(() => expect(player.view.time).toBeGreaterThan(0.2));
    player.pause();
    const { time } = player.view;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(player.view).toMatchObject({ status: "paused", time });
    expect(player.view.frameMs).toBeGreaterThan(0);
  });

  test("seek, restart and parameters show at once though it is paused", async () => {
    const { player } = make();
    await player.load(`#iUniform float glow = 0.0 in {0.0, 1.0}\n${CLOCK.replace("iMouse.x / 255.0", "glow")}`);
    player.seek(5);
    player.setParameters({ glow: 1 });
    await becomes(player, "paused");
    expect(await pixel(player)).toEqual([128, 255, 0, 255]);
    player.restart();
    expect(await pixel(player)).toEqual([0, 255, 0, 255]);
  });

  test("errors leave the last good picture", async () => {
    const { player } = make();
    expect(await player.load(BROKEN)).toMatchObject({ ok: false });
    expect(player.view.status).toBe("failed");
    await player.load(RED);
    await becomes(player, "paused");
    expect(await player.load(BROKEN)).toMatchObject({ ok: false });
    expect(player.view.status).toBe("paused");
    expect(await pixel(player)).toEqual([255, 0, 0, 255]);
    await player.load(GREEN);
    expect(await pixel(player)).toEqual([0, 255, 0, 255]);
  });

  test("a divider makes the canvas smaller, a screenshot any size", async () => {
    const { canvas, player } = make();
    await player.load(RED);
    player.setDivider(4);
    await vi.waitFor(() => expect(canvas.width).toBe(16 * devicePixelRatio));
    const picture = await createImageBitmap(await player.screenshot(320, 180));
    expect([picture.width, picture.height]).toEqual([320, 180]);
  });

  test("feedback begins in frame 0, whatever was tried out before", async () => {
    const { player } = make();
    await player.load(TRAIL);
    await becomes(player, "paused");
    await vi.waitFor(() => expect(player.view.frame).toBe(1));
    // The one frame that was shown, and the one of the screenshot.
    expect((await pixel(player))[0]).toBe(20);
  });

  test("the mouse is that of Shadertoy: places while pressed, the press negative after it", async () => {
    const { canvas, player } = make(100, 50);
    await player.load(CLOCK);
    await becomes(player, "paused");
    const box = canvas.getBoundingClientRect();
    const send = (kind: string, x: number) => {
      const place = { clientX: box.left + x, clientY: box.top + 25, pointerId: 1, bubbles: true };
      canvas.dispatchEvent(new PointerEvent(kind, place));
    };
    vi.spyOn(canvas, "setPointerCapture").mockImplementation(() => {});
    send("pointermove", 80);
    expect(await pixel(player)).toEqual([0, 0, 0, 255]);
    send("pointerdown", 40);
    send("pointermove", 60);
    const scaled = (x: number) => x * devicePixelRatio;
    expect(await pixel(player)).toEqual([0, scaled(60), scaled(40), 255]);
    send("pointerup", 60);
    expect(await pixel(player)).toEqual([0, scaled(60), 0, 255]);
  });

  test("what is off-screen does not run", async () => {
    const { canvas, player } = make();
    await player.load(CLOCK);
    player.play();
    await becomes(player, "playing");
    canvas.style.marginTop = "5000px";
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { frame } = player.view;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(player.view.frame).toBe(frame);
    canvas.style.marginTop = "0";
    await vi.waitFor(() => expect(player.view.frame).toBeGreaterThan(frame));
  });
});

describe("hostile shaders", () => {
  test("an endless loop is stopped with a notice while the page answers, and the next text runs", async () => {
    const { player } = make(640, 360);
    player.play();
    let beats = 0;
    const heart = setInterval(() => (beats += 1), 50);
    expect(await player.load(ENDLESS)).toMatchObject({ ok: true });
    await becomes(player, "heavy");
    clearInterval(heart);
    expect(beats).toBeGreaterThan(2);
    expect(player.view.message).toContain("too heavy");
    expect(await player.load(GREEN)).toMatchObject({ ok: true });
    await becomes(player, "playing");
    expect(player.view.message).toBe(null);
    expect(await pixel(player)).toEqual([0, 255, 0, 255]);
  });

  test("of a shader that is too heavy its own trial is seen, not the picture of the text before", async () => {
    const { canvas, player } = make(640, 360);
    await player.load(GREEN);
    await becomes(player, "paused");
    await vi.waitFor(() => expect(player.view.frame).toBe(1));
    let seen: number[] = [];
    player.onDrawn(() => {
      const context = new OffscreenCanvas(1, 1).getContext("2d");
      context?.drawImage(canvas, 0, 0);
      seen = [...(context?.getImageData(0, 0, 1, 1).data ?? [])];
    });
    await player.load(ENDLESS.replace("c = vec4(s, iTime, 0, 1)", "c = vec4(1, s * 1e-9, 0, 1)"));
    await becomes(player, "heavy");
    expect(seen).toEqual([255, 0, 0, 255]);
    expect(canvas.width).toBeLessThan(100);
    // What was said of it ends with the next text that compiles.
    await player.load(RED);
    expect(player.view).toMatchObject({ status: "compiling", message: null });
    await becomes(player, "paused");
    await vi.waitFor(() => expect(canvas.width).toBe(640 * devicePixelRatio));
  });

  test("a lost context comes back by itself once, then on demand", async () => {
    const { canvas, player } = make();
    player.play();
    await player.load(CLOCK);
    await becomes(player, "playing");
    const extension = lose(canvas);
    await becomes(player, "lost");
    expect(player.view.message).toContain("by itself");
    extension?.restoreContext();
    await becomes(player, "playing");
    extension?.loseContext();
    await becomes(player, "lost");
    expect(player.view.message).toContain("gave up");
    extension?.restoreContext();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(player.view.status).toBe("lost");
    player.play();
    await becomes(player, "playing");
    await vi.waitFor(() => expect(player.view.fps).toBeGreaterThan(1));
  });

  test("a text that came while the context was lost is compiled when it is back", async () => {
    const { canvas, player } = make();
    await player.load(RED);
    await becomes(player, "paused");
    const extension = lose(canvas);
    await becomes(player, "lost");
    expect(await player.load(GREEN)).toMatchObject({ lost: true });
    extension?.restoreContext();
    await vi.waitFor(async () => expect(await pixel(player)).toEqual([0, 255, 0, 255]));
  });

  test("thirty players one after the other leave no context behind", async () => {
    for (let i = 0; i < 30; i++) {
      const canvas = document.createElement("canvas");
      document.body.append(canvas);
      const player = new Player(canvas);
      expect(await player.load(RED)).toMatchObject({ ok: true });
      player.dispose();
      canvas.remove();
    }
  });
});
