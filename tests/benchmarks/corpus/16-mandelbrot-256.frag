// Public domain (CC0). One of the 24 shaders of tests/benchmarks/renderer.py.
void mainImage(out vec4 color, in vec2 position) {
  vec2 uv = position / iResolution.xy;
  vec2 p = (2.0 * position - iResolution.xy) / iResolution.y;
  float t = iTime;
  vec3 c = vec3(0.0);
  vec2 k = p * 1.2 - vec2(0.6, 0.0), z = vec2(0.0);
  float n = 0.0;
  for (int i = 0; i < 256; i++) {
    z = vec2(z.x * z.x - z.y * z.y, 2.0 * z.x * z.y) + k;
    if (dot(z, z) > 16.0) break;
    n += 1.0;
  }
  c = n > 255.0 ? vec3(0.0) : 0.5 + 0.5 * cos(n * 0.1 + t + vec3(0, 1, 2));
  color = vec4(c, 1.0);
}
