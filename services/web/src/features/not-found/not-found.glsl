// The place on the wall where a picture hung: paler than the rest, a nail, and a lamp that still swings over it.

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

float plaster(vec2 p) {
  float sum = 0.0, size = 0.5;
  for (int i = 0; i < 4; i++) {
    sum += size * noise(p);
    p = mat2(1.6, 1.2, -1.2, 1.6) * p + 7.3;
    size *= 0.5;
  }
  return sum;
}

float box(vec2 p, vec2 half_size) {
  vec2 d = abs(p) - half_size;
  return length(max(d, 0.0)) + min(max(d.x, d.y), 0.0);
}

void mainImage(out vec4 color, in vec2 at) {
  vec2 p = (2.0 * at - iResolution.xy) / iResolution.y;
  p *= max(1.0, 1.05 * iResolution.y / iResolution.x);
  float swing = 0.42 * sin(0.9 * iTime) + 0.05 * sin(2.3 * iTime);
  vec2 lamp = vec2(sin(swing) * 1.1, 1.75);
  vec2 middle = vec2(1.9 * swing, -0.02);

  // Relief of the wall, lit from the lamp.
  float e = 0.006;
  float h = plaster(p * 5.0);
  vec2 slope = vec2(plaster((p + vec2(e, 0)) * 5.0) - h, plaster((p + vec2(0, e)) * 5.0) - h) / e;
  vec3 normal = normalize(vec3(-slope * 0.016, 1.0));
  vec3 toLamp = normalize(vec3(lamp - p, 0.9));
  float lit = max(dot(normal, toLamp), 0.0);
  vec2 q = (p - middle) / vec2(1.25, 0.95);
  float pool = exp(-1.4 * dot(q, q));

  vec3 wall = mix(vec3(0.30, 0.25, 0.22), vec3(0.36, 0.31, 0.26), h);
  float hung = box(p - vec2(0.0, -0.04), vec2(0.80, 0.45));
  float pale = smoothstep(0.006, -0.006, hung);
  wall = mix(wall, vec3(0.56, 0.49, 0.41) + 0.05 * (h - 0.5), pale);
  wall *= 1.0 - 0.35 * exp(-abs(hung) * 90.0) * (1.0 - 0.6 * pale);
  wall *= 1.0 - 0.25 * smoothstep(0.25, 0.0, hung) * (1.0 - pale) * noise(p * vec2(40.0, 6.0));

  // The nail and its shadow, which goes against the lamp.
  vec2 nail = p - vec2(0.0, 0.27);
  vec2 fall = normalize(vec2(0.0, 0.27) - lamp);
  float along = clamp(dot(nail, fall), 0.0, 0.13);
  float shadow = smoothstep(0.018, 0.008, length(nail - fall * along)) * (1.0 - along * 5.0);
  wall *= 1.0 - 0.7 * max(shadow, 0.0);
  float head = smoothstep(0.019, 0.014, length(nail));
  wall = mix(wall, vec3(0.20) + 0.9 * smoothstep(0.010, 0.0, length(nail - vec2(-0.004, 0.005))), head);

  vec3 light = vec3(1.0, 0.83, 0.60) * (2.3 * pool * lit) + vec3(0.035, 0.045, 0.07);
  vec3 sum = wall * light;

  // Dust in the beam.
  for (int i = 0; i < 10; i++) {
    float n = float(i);
    vec2 mote = vec2(hash(vec2(n, 1.0)), hash(vec2(n, 2.0))) * vec2(3.6, 2.2) - vec2(1.8, 1.1);
    mote += 0.16 * vec2(sin(0.21 * iTime + n), cos(0.17 * iTime + 2.1 * n)) - vec2(0.0, 0.02 * sin(iTime * 0.3 + n));
    float glow = smoothstep(0.009, 0.0, length(p - mote));
    sum += vec3(1.0, 0.85, 0.65) * glow * 0.5 * exp(-1.8 * dot((mote - middle) / 1.1, (mote - middle) / 1.1));
  }
  sum = 1.0 - exp(-1.5 * sum);
  sum += (hash(at + fract(iTime)) - 0.5) / 160.0;
  color = vec4(pow(sum, vec3(0.85)), 1.0);
}
