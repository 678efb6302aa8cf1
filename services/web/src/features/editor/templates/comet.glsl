// Comet: a light that leaves a trail, by reading the frame before.
// Move the mouse, and the comet follows it.
precision highp float;

uniform float time;
uniform vec2 resolution;
uniform vec2 mouse; // 0 to 1, from the bottom left
uniform sampler2D backbuffer; // the frame before

void main() {
  vec2 uv = gl_FragCoord.xy / resolution;
  vec2 aspect = vec2(resolution.x / resolution.y, 1.0);

  // Two lights circle around the mouse.
  vec2 away = 0.28 * vec2(cos(1.7 * time), sin(2.3 * time));
  float near = length((uv - mouse) * aspect - away);
  float far = length((uv - mouse) * aspect + away.yx);
  vec3 light = vec3(1.0, 0.55, 0.2) * smoothstep(0.035, 0.0, near);
  light += vec3(0.2, 0.5, 1.0) * smoothstep(0.025, 0.0, far);

  // The trail: what was there, a little larger, turned and darker.
  vec2 from = (uv - 0.5) * 0.992;
  from += 0.004 * vec2(-from.y, from.x);
  vec3 trail = texture2D(backbuffer, from + 0.5).rgb * 0.975 - 0.003;

  gl_FragColor = vec4(max(trail, light), 1.0);
}
