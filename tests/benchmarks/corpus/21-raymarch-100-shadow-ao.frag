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
  for (int i = 0; i < 100; i++) {
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
    float shade = 1.0, reach = 0.05;
    for (int i = 0; i < 40; i++) {
      float h = map(q + l * reach);
      shade = min(shade, 10.0 * h / reach);
      reach += clamp(h, 0.02, 0.3);
      if (h < 0.001 || reach > 6.0) break;
    }
    float open = 1.0;
    for (int i = 1; i <= 5; i++) open -= (0.1 * float(i) - map(q + n * 0.1 * float(i))) / exp2(float(i));
    light *= clamp(shade, 0.0, 1.0) * open;
    c = vec3(0.9, 0.7, 0.5) * (0.2 + light);
  }
  color = vec4(c, 1.0);
}
