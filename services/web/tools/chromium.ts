/** How Chromium is started by tests and tools: on the same GL as the renderer, Mesa's llvmpipe under ANGLE where there is no GPU. */

export const CHROMIUM = {
  executablePath: process.env["FRACTAFRAG_CHROMIUM"] || "/usr/lib/chromium/chromium",
  args: [
    "--use-gl=angle",
    "--use-angle=gl-egl",
    "--ignore-gpu-blocklist",
    "--disable-gpu-process-crash-limit",
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  ],
};
