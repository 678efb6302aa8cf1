// Public domain (CC0). One of the 24 shaders of tests/benchmarks/renderer.py.
void mainImage(out vec4 color, in vec2 position) {
  vec2 uv = position / iResolution.xy;
  vec2 p = (2.0 * position - iResolution.xy) / iResolution.y;
  float t = iTime;
  vec3 c = vec3(0.0);
  vec2 s = vec2(1.0, 1.732), q = p * 5.0;
  vec2 a = mod(q, s) - 0.5 * s, b = mod(q + 0.5 * s, s) - 0.5 * s;
  vec2 g = dot(a, a) < dot(b, b) ? a : b;
  float d = max(dot(abs(g), normalize(s)), abs(g.x));
  c = vec3(smoothstep(0.4, 0.45, d)) * (0.5 + 0.5 * cos(t + (q - g).xyx));
  color = vec4(c, 1.0);
}
