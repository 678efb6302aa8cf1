// Public domain (CC0). One of the 24 shaders of tests/benchmarks/renderer.py.
void mainImage(out vec4 color, in vec2 position) {
  vec2 uv = position / iResolution.xy;
  vec2 p = (2.0 * position - iResolution.xy) / iResolution.y;
  float t = iTime;
  vec3 c = vec3(0.0);
  float a = mod(atan(p.y, p.x) + t * 0.2, 0.7854) - 0.3927;
  vec2 q = length(p) * vec2(cos(a), sin(a));
  for (int i = 0; i < 8; i++) {
    q = abs(q) / dot(q, q) - vec2(0.8, 0.6 + 0.05 * sin(t));
    c += 0.12 * exp(-abs(q.xyx));
  }
  color = vec4(c, 1.0);
}
