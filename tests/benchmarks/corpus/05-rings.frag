// Public domain (CC0). One of the 24 shaders of tests/benchmarks/renderer.py.
void mainImage(out vec4 color, in vec2 position) {
  vec2 uv = position / iResolution.xy;
  vec2 p = (2.0 * position - iResolution.xy) / iResolution.y;
  float t = iTime;
  vec3 c = vec3(0.0);
  c = vec3(0.5 + 0.5 * sin(length(p) * 40.0 - t * 4.0)) * vec3(1.0, 0.8, 0.4) / (0.4 + length(p));
  color = vec4(c, 1.0);
}
