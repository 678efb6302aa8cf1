/** `node tools/icons.ts`: draws the icons of public/ out of favicon.svg, in the Chromium of FRACTAFRAG_CHROMIUM. */

import { readFileSync } from "node:fs";
import { openBrowser } from "./browser.ts";

const GROUND = "#171717";
const svg = readFileSync("public/favicon.svg", "utf8");
/** Without its round corners, for systems that cut their own. */
const square = svg.replace(/ rx="\d+"/, "");
const ICONS = [
  { name: "icon-192.png", size: 192, drawing: svg, share: 1 },
  { name: "icon-512.png", size: 512, drawing: svg, share: 1 },
  // A system may cut off a fifth of a maskable icon.
  { name: "icon-maskable-512.png", size: 512, drawing: square, share: 0.75 },
];

const browser = await openBrowser();
const page = await browser.newPage();
for (const { name, size, drawing, share } of ICONS) {
  await page.setViewportSize({ width: size, height: size });
  const ground = share < 1 ? GROUND : "transparent";
  const source = `data:image/svg+xml;base64,${Buffer.from(drawing).toString("base64")}`;
  await page.setContent(
    `<body style="margin:0;display:grid;place-items:center;height:100vh;background:${ground}">` +
      `<img src="${source}" width="${size * share}" height="${size * share}">`,
  );
  await page.locator("img").evaluate((image: HTMLImageElement) => image.decode());
  await page.screenshot({ path: `public/${name}`, omitBackground: true });
}
await browser.close();
