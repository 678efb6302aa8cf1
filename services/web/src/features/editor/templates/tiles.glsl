// Tiles: quarter circles, each tile turned by chance, make endless paths.
#ifdef GL_ES
precision mediump float;
#endif

uniform vec2 u_resolution; // size in pixels
uniform float u_time; // seconds

// A number from 0 to 1 that is always the same for the same place.
float random(vec2 st) {
  return fract(sin(dot(st, vec2(12.9898, 78.233))) * 43758.5453);
}

void main() {
  vec2 st = 9.0 * gl_FragCoord.xy / u_resolution.y;
  st.x += 0.4 * u_time;

  vec2 tile = floor(st);
  vec2 p = fract(st);
  if (random(tile) > 0.5) p.x = 1.0 - p.x;

  // The distance to the nearer of the two quarter circles.
  float d = min(abs(length(p) - 0.5), abs(length(p - 1.0) - 0.5));
  float path = smoothstep(0.17, 0.14, d);
  float edge = smoothstep(0.03, 0.0, abs(d - 0.155));

  vec3 ground = mix(vec3(0.05, 0.11, 0.16), vec3(0.07, 0.17, 0.22), random(tile + 7.0));
  float pulse = 0.5 + 0.5 * sin(0.7 * (st.x + st.y) - 2.0 * u_time);
  vec3 color = mix(ground, mix(vec3(0.93, 0.36, 0.25), vec3(0.98, 0.78, 0.42), pulse), path);
  gl_FragColor = vec4(mix(color, vec3(0.02, 0.04, 0.06), edge), 1.0);
}
