// Public domain (CC0). One of the 24 shaders of tests/benchmarks/renderer.py.
void mainImage(out vec4 color, in vec2 position) {
  vec2 uv = position / iResolution.xy;
  vec2 p = (2.0 * position - iResolution.xy) / iResolution.y;
  float t = iTime;
  vec3 c = vec3(0.0);
  float d = length(fract(p * 4.0) - 0.5);
  c = mix(vec3(0.9, 0.3, 0.2), vec3(0.1, 0.2, 0.4), smoothstep(0.28, 0.3, d + 0.05 * sin(t + p.x)));
  color = vec4(c, 1.0);
}
