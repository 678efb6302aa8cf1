// A dark door from inside: the evening sun comes through the letter slot, and falls as a band over the boards.

float hash(vec2 p) {
  p = fract(p * vec2(123.34, 456.21));
  p += dot(p, p + 45.32);
  return fract(p.x * p.y);
}

float noise(vec2 p) {
  vec2 i = floor(p), f = fract(p);
  f = f * f * (3.0 - 2.0 * f);
  return mix(mix(hash(i), hash(i + vec2(1, 0)), f.x), mix(hash(i + vec2(0, 1)), hash(i + 1.0), f.x), f.y);
}

float box(vec2 p, vec2 size) {
  vec2 d = abs(p) - size;
  return length(max(d, 0.0)) + min(max(d.x, d.y), 0.0);
}

void mainImage(out vec4 color, in vec2 at) {
  vec2 p = (2.0 * at - iResolution.xy) / iResolution.y;
  p *= max(1.0, 1.05 * iResolution.y / iResolution.x);
  // Leaves before the sun: it is never quite still.
  float leaves = 0.75 + 0.25 * noise(vec2(0.6 * iTime, 3.0)) - 0.12 * noise(vec2(2.3 * iTime, 9.0));
  vec3 sun = vec3(1.0, 0.66, 0.34) * leaves;
  float floorLine = -0.52;

  // The door: wood with four panels, and the wall on both sides.
  float grain = noise(vec2(p.x * 46.0 + 3.0 * noise(p * 2.0), p.y * 2.2));
  vec3 wood = mix(vec3(0.050, 0.040, 0.052), vec3(0.085, 0.066, 0.070), grain);
  vec2 q = vec2(abs(p.x) - 0.42, abs(p.y - 0.28) - 0.46);
  float panel = box(q, vec2(0.30, 0.32));
  wood *= 1.0 - 0.55 * exp(-abs(panel) * 70.0);
  wood += 0.03 * smoothstep(0.03, 0.0, abs(panel + 0.03)) * step(0.0, -q.y);
  vec3 wall = vec3(0.034, 0.031, 0.044) * (0.9 + 0.2 * noise(p * 60.0));
  float door = box(p - vec2(0.0, 0.6), vec2(0.86, 1.15));
  vec3 sum = mix(wood, wall, smoothstep(-0.01, 0.01, door));
  sum *= 1.0 - 0.7 * exp(-abs(door) * 45.0);

  // The slot between the panels, with its brass frame and the evening behind it.
  vec2 s = p - vec2(0.0, 0.28);
  float slot = box(s, vec2(0.26, 0.026));
  float frame = abs(slot - 0.022) - 0.016;
  vec3 brass = vec3(0.36, 0.25, 0.12) * (0.5 + 0.6 * leaves * smoothstep(0.06, -0.06, s.y));
  sum = mix(sum, brass, smoothstep(0.006, -0.002, frame));
  float open = smoothstep(0.005, -0.004, slot);
  sum = mix(sum, 1.7 * sun + vec3(0.25, 0.12, 0.1) * s.y * 8.0, open);
  sum += sun * 0.10 * exp(-5.0 * max(slot, 0.0)) * (1.0 - open);

  // The boards, in perspective, and the band of light on them.
  if (p.y < floorLine) {
    float depth = 0.48 / (floorLine - p.y + 0.16);
    vec2 ground = vec2(p.x * depth, depth);
    float board = noise(vec2(floor(ground.x * 5.0), 7.0));
    float gap = smoothstep(0.0, 0.05, abs(fract(ground.x * 5.0) - 0.5) - 0.45);
    vec3 boards = vec3(0.060, 0.044, 0.042) * (0.7 + 0.6 * board) * (1.0 - 0.7 * gap);
    float lean = ground.x - 0.30 * (2.6 - ground.y);
    float band = smoothstep(0.10, 0.0, abs(lean) - 0.36) * smoothstep(0.25, 0.0, abs(ground.y - 1.25) - 0.28);
    sum = boards + boards * sun * 9.0 * band + sun * 0.02 * exp(-2.0 * abs(lean));
  }

  // Dust in the beam between slot and floor.
  float fall = clamp((0.28 - p.y) / 1.0, 0.0, 1.0);
  float beam = smoothstep(0.25, 0.0, abs(p.x - 0.26 * fall) - 0.24 - 0.10 * fall) * smoothstep(0.0, 0.05, 0.26 - p.y);
  sum += sun * 0.055 * beam * (1.0 - 0.6 * fall) * (0.7 + 0.6 * noise(p * 3.0 + vec2(0.0, 0.12 * iTime)));
  for (int i = 0; i < 14; i++) {
    float n = float(i);
    vec2 mote = vec2(hash(vec2(n, 1.0)) - 0.4, 0.3 - 0.95 * hash(vec2(n, 2.0)));
    mote += 0.10 * vec2(sin(0.23 * iTime + n), cos(0.19 * iTime + 2.1 * n));
    sum += sun * smoothstep(0.008, 0.0, length(p - mote)) * beam * 0.9;
  }
  sum = 1.0 - exp(-1.6 * sum);
  sum += (hash(at + fract(iTime)) - 0.5) / 160.0;
  color = vec4(pow(max(sum, 0.0), vec3(0.82)), 1.0);
}
