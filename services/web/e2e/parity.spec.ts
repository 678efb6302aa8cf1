/**
 * What the author saw is what is rendered: the site's picture and the renderer's still of the same shader at the same
 * time and size are the same pixels, bit for bit. The still is a lossy WebP, so the site's pixels go through the same
 * encoder with the same settings (`services/renderer/settings.py`); one pixel that differs would give other bytes.
 */

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { savedPicture } from "./pixels";
import { expect, publish, register, test } from "./support";

const ROOT = join(import.meta.dirname, "../../..");
const TIME = 1.5;

const WAVES = `uniform float twist; // = 2.0 in [0.0, 5.0]
uniform vec3 tint; // = vec3(0.9, 0.5, 0.2) color
float hash(vec2 p) { return fract(sin(dot(p, vec2(12.9898, 78.233))) * 43758.5453); }
void mainImage(out vec4 color, in vec2 position) {
  vec2 p = (2.0 * position - iResolution.xy) / iResolution.y;
  float d = length(p), a = atan(p.y, p.x) + twist * d - iTime;
  float w = smoothstep(0.0, fwidth(d) * 8.0, abs(sin(5.0 * a) * exp(-d) - 0.2));
  color = vec4(mix(tint, vec3(d, p), w) + 0.1 * hash(position + float(iFrame)), 0.3);
}
`;

const SANDBOX = `precision mediump float;
uniform float time;
uniform vec2 resolution, mouse;
varying vec2 surfacePosition;
void main() {
  vec2 p = surfacePosition * 3.0 + mouse;
  float v = 0.0;
  for (int i = 1; i < 9; i++) { p += sin(p.yx * float(i) + time) / float(i); v += length(p); }
  gl_FragColor = vec4(sin(v * vec3(0.3, 0.7, 1.1)) * 0.5 + 0.5, gl_FragCoord.x / resolution.x);
}
`;

function asStill(png: Buffer): Buffer {
  const encode =
    "import io, sys; from PIL import Image; out = io.BytesIO(); " +
    "Image.open(io.BytesIO(sys.stdin.buffer.read())).convert('RGB').save(out, 'WEBP', quality=82, method=0); " +
    "sys.stdout.buffer.write(out.getvalue())";
  return execFileSync(join(ROOT, ".venv/bin/python"), ["-c", encode], { input: png });
}

test("site and renderer draw the same pixels", async ({ page, request }) => {
  const user = await register(request);
  const parameter_values = { twist: 3.25, tint: [0.1, 0.8, 0.4] };
  const shaders = [
    { source: WAVES, still_time: TIME, parameter_values },
    { source: SANDBOX, still_time: TIME },
  ];
  // Each at once: the still that is kept, which is antialiased, takes the place of the first one a few seconds later.
  const drawn = await Promise.all(
    shaders.map(async (shader) => {
      const id = await publish(request, user, shader);
      return { id, still: await (await request.get(`/api/v1/shaders/${id}/still`)).body() };
    }),
  );
  // The canvas is as wide as the window: that of the renderer's still.
  await page.setViewportSize({ width: 640, height: 800 });
  for (const { id, still } of drawn) {
    await page.goto(`/s/${id}`);
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByLabel("Time in seconds").fill(String(TIME));
    const site = asStill(await savedPicture(page));
    expect(site.equals(still), `${id}: ${site.length} and ${still.length} bytes`).toBe(true);
  }
});
