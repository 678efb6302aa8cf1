// Public domain (CC0). One of the 24 shaders of tests/benchmarks/renderer.py.
float map(vec3 p) {
  vec3 q = p;
  q.xz = mod(q.xz + 1.0, 2.0) - 1.0;
  return min(length(q) - 0.5, p.y + 0.5);
}
void mainImage(out vec4 color, in vec2 position) {
  vec2 uv = position / iResolution.xy;
  vec2 p = (2.0 * position - iResolution.xy) / iResolution.y;
  float t = iTime;
  vec3 c = vec3(0.0);

  vec3 ro = vec3(3.0 * sin(t * 0.4), 1.4, 3.0 * cos(t * 0.4));
  vec3 w = normalize(-ro), u = normalize(cross(w, vec3(0, 1, 0))), v = cross(u, w);
  vec3 rd = normalize(p.x * u + p.y * v + 1.8 * w);
  float d = 0.0;
  for (int i = 0; i < 64; i++) {
    float h = map(ro + rd * d);
    if (h < 0.001 || d > 20.0) break;
    d += h;
  }
  c = vec3(0.4, 0.6, 0.8) - 0.4 * rd.y;
  if (d < 20.0) {
    vec3 q = ro + rd * d;
    vec2 e = vec2(0.001, 0.0);
    vec3 n = normalize(vec3(map(q + e.xyy) - map(q - e.xyy), map(q + e.yxy) - map(q - e.yxy), map(q + e.yyx) - map(q - e.yyx)));
    vec3 l = normalize(vec3(0.6, 0.8, 0.3));
    float light = max(dot(n, l), 0.0);

    c = vec3(0.9, 0.7, 0.5) * (0.2 + light);
  }
  color = vec4(c, 1.0);
}
