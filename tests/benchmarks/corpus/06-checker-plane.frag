// Public domain (CC0). One of the 24 shaders of tests/benchmarks/renderer.py.
void mainImage(out vec4 color, in vec2 position) {
  vec2 uv = position / iResolution.xy;
  vec2 p = (2.0 * position - iResolution.xy) / iResolution.y;
  float t = iTime;
  vec3 c = vec3(0.0);
  float z = 1.0 / (abs(p.y) + 0.05);
  vec2 q = vec2(p.x * z, z + t);
  c = vec3(mod(floor(q.x) + floor(q.y), 2.0)) / (1.0 + 0.2 * z);
  color = vec4(c, 1.0);
}
