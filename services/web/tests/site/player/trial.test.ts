import { expect, test } from "vitest";
import { type Probe, tryOut } from "../../../src/player/trial";

const SIZE = { width: 640, height: 360 };
const PIXELS = SIZE.width * SIZE.height;
const ON = new AbortController().signal;

interface Machine {
  /** Milliseconds that a whole picture takes. */
  readonly whole: number;
  /** What the machine adds to each drawing, also to an empty one, in turn; 0 when they are used up. */
  readonly hiccups?: number[];
  readonly always?: number;
}

function probeOf({ whole, hiccups = [], always = 0 }: Machine): Probe & { readonly pixels: number[] } {
  const pixels: number[] = [];
  const late = () => hiccups.shift() ?? always;
  return {
    pixels,
    time: (divider) => {
      pixels.push(Math.round(PIXELS / divider ** 2));
      return Promise.resolve(whole / divider ** 2 + late());
    },
    idle: () => Promise.resolve(late()),
    rest: () => Promise.resolve(),
  };
}

test("a light shader is tried out in growing pictures, each once", async () => {
  const probe = probeOf({ whole: 16 });
  expect(await tryOut(probe, SIZE, ON)).toEqual({ ms: 1, divider: 4, isDoubtful: false });
  expect(probe.pixels).toEqual([2000, 8000, 14400]);
});

test("a heavy one is believed after the second trial, which is smaller where the first took long", async () => {
  const heavy = probeOf({ whole: 20_000 });
  expect(await tryOut(heavy, SIZE, ON)).toMatchObject({ isDoubtful: false });
  expect(heavy.pixels).toEqual([2000, 2000]);
  const endless = probeOf({ whole: 2_000_000 });
  const trial = await tryOut(endless, SIZE, ON);
  expect(trial?.ms).toBeGreaterThan(1000);
  expect(endless.pixels).toEqual([2000, 500]);
});

test("one hiccup of seconds condemns nothing", async () => {
  const probe = probeOf({ whole: 16, hiccups: [0, 3000] });
  expect(await tryOut(probe, SIZE, ON)).toEqual({ ms: 1, divider: 4, isDoubtful: false });
});

test("what is slow while the machine is slow with nothing to draw says nothing, and is tried again", async () => {
  const probe = probeOf({ whole: 16, hiccups: [0, 800, 700, 900, 800, 600, 500] });
  expect(await tryOut(probe, SIZE, ON)).toEqual({ ms: 1, divider: 4, isDoubtful: false });
  expect(await tryOut(probeOf({ whole: 16, always: 900 }), SIZE, ON)).toMatchObject({ isDoubtful: true });
});

test("nobody who went away is waited for", async () => {
  const gone = AbortSignal.abort();
  expect(await tryOut(probeOf({ whole: 16 }), SIZE, gone)).toBeNull();
});
