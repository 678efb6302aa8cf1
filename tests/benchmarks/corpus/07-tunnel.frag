// Public domain (CC0). One of the 24 shaders of tests/benchmarks/renderer.py.
void mainImage(out vec4 color, in vec2 position) {
  vec2 uv = position / iResolution.xy;
  vec2 p = (2.0 * position - iResolution.xy) / iResolution.y;
  float t = iTime;
  vec3 c = vec3(0.0);
  float a = atan(p.y, p.x), r = 0.4 / length(p);
  c = (0.5 + 0.5 * cos(r * 6.0 + t * 3.0 + a * 4.0 + vec3(0, 1, 2))) * min(1.0, 1.4 / r);
  color = vec4(c, 1.0);
}
