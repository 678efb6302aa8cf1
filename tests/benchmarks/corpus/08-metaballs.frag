// Public domain (CC0). One of the 24 shaders of tests/benchmarks/renderer.py.
void mainImage(out vec4 color, in vec2 position) {
  vec2 uv = position / iResolution.xy;
  vec2 p = (2.0 * position - iResolution.xy) / iResolution.y;
  float t = iTime;
  vec3 c = vec3(0.0);
  float m = 0.0;
  for (int i = 0; i < 12; i++) {
    float f = float(i);
    m += 0.03 / dot(p - vec2(sin(t + f * 2.1), cos(t * 1.3 + f)), p - vec2(sin(t + f * 2.1), cos(t * 1.3 + f)));
  }
  c = smoothstep(0.8, 1.2, m) * vec3(0.3, 0.8, 0.6) + 0.1 * m;
  color = vec4(c, 1.0);
}
