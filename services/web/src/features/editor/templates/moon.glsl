// Moon: a sphere found by marching along a ray, over water.
precision highp float;

uniform vec3 iResolution; // size in pixels
uniform float iTime; // seconds

const vec3 MOON = vec3(0.0, 0.9, 4.0);

// How far a point is from the nearest surface.
float scene(vec3 p) {
  float waves = 0.04 * sin(3.0 * p.x + iTime) * sin(2.0 * p.z - 0.7 * iTime);
  return min(length(p - MOON) - 1.0, p.y + 0.6 + waves);
}

// The direction in which the distance grows: what the surface faces.
vec3 normal(vec3 p) {
  vec2 e = vec2(0.002, 0.0);
  return normalize(vec3(
    scene(p + e.xyy) - scene(p - e.xyy),
    scene(p + e.yxy) - scene(p - e.yxy),
    scene(p + e.yyx) - scene(p - e.yyx)));
}

vec3 sky(vec3 ray) {
  vec3 color = mix(vec3(0.42, 0.22, 0.20), vec3(0.02, 0.03, 0.08), smoothstep(-0.1, 0.5, ray.y));
  float glow = max(dot(ray, normalize(MOON)), 0.0);
  return color + vec3(0.9, 0.6, 0.4) * pow(glow, 24.0) * 0.4;
}

// The colour that comes along a ray, and how far it came.
vec4 look(vec3 eye, vec3 ray) {
  float t = 0.0;
  for (int i = 0; i < 80; i++) {
    float d = scene(eye + t * ray);
    if (d < 0.002 || t > 20.0) break;
    t += 0.8 * d;
  }
  vec3 p = eye + t * ray;
  if (t > 20.0 || p.y < -0.5) return vec4(sky(ray), t);
  float light = max(dot(normal(p), normalize(vec3(-0.6, 0.5, -0.6))), 0.0);
  float spots = 0.85 + 0.15 * sin(9.0 * p.x + 4.0 * sin(6.0 * p.y));
  return vec4(mix(vec3(0.10, 0.07, 0.12), vec3(1.0, 0.88, 0.72), light) * spots, t);
}

void main() {
  vec2 uv = (2.0 * gl_FragCoord.xy - iResolution.xy) / iResolution.y;
  vec3 eye = vec3(0.0, 0.5, -1.0);
  vec3 ray = normalize(vec3(uv, 2.0));
  vec4 seen = look(eye, ray);

  // Where the ray met the water, it goes on as its reflection.
  vec3 p = eye + seen.w * ray;
  if (seen.w < 20.0 && p.y < -0.5) {
    vec3 up = normal(p);
    vec3 mirrored = look(p + 0.02 * up, reflect(ray, up)).rgb;
    seen.rgb = mix(mirrored, sky(ray), 0.25) * 0.8;
  }
  gl_FragColor = vec4(pow(seen.rgb, vec3(0.8)), 1.0);
}
