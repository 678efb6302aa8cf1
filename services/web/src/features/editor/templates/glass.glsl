#version 300 es
// Glass: panes around wandering points, by whole-number arithmetic of GLSL ES 3.00.
precision highp float;

uniform vec2 u_resolution; // size in pixels
uniform float u_time; // seconds
out vec4 color;

// Two numbers from 0 to 1 for a pane, out of its place.
vec2 random(ivec2 place) {
  uvec2 n = uvec2(place) * uvec2(1597334677u, 3812015801u);
  uint mixed = (n.x ^ n.y) * 1597334677u;
  return vec2(mixed & 0xffffu, mixed >> 16) / 65535.0;
}

void main() {
  vec2 p = 5.0 * gl_FragCoord.xy / u_resolution.y + vec2(40.0);
  ivec2 place = ivec2(floor(p));

  // The nearest point of all neighbours, and the second nearest.
  float nearest = 9.0, second = 9.0;
  vec2 pane = vec2(0.0);
  for (int y = -1; y <= 1; y++) {
    for (int x = -1; x <= 1; x++) {
      ivec2 neighbour = place + ivec2(x, y);
      vec2 chance = random(neighbour);
      vec2 point = vec2(neighbour) + 0.5 + 0.35 * sin(u_time * (0.5 + chance) + 6.283 * chance.yx);
      float d = distance(p, point);
      if (d < nearest) {
        second = nearest;
        nearest = d;
        pane = chance;
      } else {
        second = min(second, d);
      }
    }
  }

  float lead = smoothstep(0.02, 0.09, second - nearest);
  vec3 glass = 0.5 + 0.45 * cos(6.283 * (0.45 * pane.x + vec3(0.02, 0.18, 0.35)) + 0.5 * pane.y);
  float shine = 1.0 - 0.5 * nearest + 0.15 * sin(12.0 * (p.x - p.y) + 9.0 * pane.y);
  color = vec4(mix(vec3(0.02), glass * shine, lead), 1.0);
}
