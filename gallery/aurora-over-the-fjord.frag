// Aurora over the fjord
// Green curtains above snow peaks, doubled in still water; one window is lit.
// CC0 1.0: no rights reserved.

uniform float activity; // = 0.7 in [0.2, 1.0] "Activity"
uniform vec3 skirt; // = vec3(0.18, 0.95, 0.52) color "Lower border"
uniform vec3 crown; // = vec3(0.58, 0.22, 0.82) color "Upper rays"

float hash(vec2 p) {
    uvec2 q = uvec2(ivec2(floor(p))) * uvec2(0x9E3779B1u, 0x85EBCA77u);
    uint h = (q.x ^ (q.y >> 3)) * 0xC2B2AE3Du;
    h = (h ^ (h >> 15)) * 0x27D4EB2Fu;
    return float((h ^ (h >> 13)) >> 8) / 16777216.0;
}

float noise(vec2 p) {
    vec2 i = floor(p), f = p - i;
    f = f * f * (3.0 - 2.0 * f);
    return mix(mix(hash(i), hash(i + vec2(1, 0)), f.x),
               mix(hash(i + vec2(0, 1)), hash(i + vec2(1, 1)), f.x), f.y);
}

// One hanging curtain: a sharp lower hem, rays that fade upwards, folds that brighten where they overlap.
vec3 curtain(vec2 p, float seed, float height) {
    float t = iTime * 0.16 + seed * 9.0;
    float x = p.x + 0.13 * sin(p.x * 2.3 + t * 1.3 + seed) + 0.05 * sin(p.x * 6.1 - t * 2.0);
    float hem = height + 0.13 * sin(x * 1.35 + t) + 0.065 * sin(x * 3.4 - t * 1.7 + seed * 4.0) + 0.03 * sin(x * 8.3 + t * 2.2);
    float fold = 0.55 + 0.45 * cos(x * 1.35 + t + 0.6) * cos(x * 3.4 - t * 1.7);
    fold = smoothstep(0.12, 0.95, fold);
    float rays = 0.25 + 0.75 * noise(vec2(x * 17.0 + 0.9 * p.y + seed * 50.0, t * 2.4));
    rays *= 0.6 + 0.6 * noise(vec2(x * 43.0 - p.y * 2.0, t * 3.0 + seed));
    float up = p.y - hem + 0.05 * (rays - 0.5);
    float reach = 0.07 + 0.27 * noise(vec2(x * 3.1 + seed * 7.0, t)) * fold + 0.06 * rays;
    float body = smoothstep(-0.07, 0.03, up) * (0.75 * exp(-max(up, 0.0) / reach) + 0.5 * exp(-max(up, 0.0) * 26.0));
    vec3 c = mix(skirt, crown, smoothstep(0.0, 0.62, up / (reach + 0.1) * 0.42));
    return c * body * rays * fold * 2.6;
}

float ridge(float x, float seed, float rough) {
    float h = 0.0, a = 0.5, f = 1.0;
    for (int i = 0; i < 6; i++) {
        h += a * (1.0 - abs(2.0 * noise(vec2(x * f + seed * 13.0, seed)) - 1.0));
        f *= 2.07;
        a *= rough;
    }
    return h;
}

vec3 scene(vec2 p) {
    float up = max(p.y, 0.0);
    vec3 c = mix(vec3(0.016, 0.046, 0.070), vec3(0.004, 0.010, 0.034), smoothstep(0.0, 0.9, up));
    vec2 g = p * 46.0;
    vec2 o = vec2(hash(g + 5.0), hash(g + 9.0)) * 0.6 + 0.2;
    float star = step(0.80, hash(g)) * smoothstep(0.11, 0.02, length(fract(g) - o)) * hash(g + 2.0);
    vec3 light = curtain(p * vec2(0.8, 1.0) + vec2(0.4, 0.25 * p.x), 0.37, 0.48)
               + curtain(p + vec2(0.0, -0.12 * p.x), 0.11, 0.36) * 1.5 * activity
               + curtain(p * vec2(1.5, 1.25) + vec2(-1.0, 0.0), 0.73, 0.27) * 0.4 * activity;
    c += star * (0.9 - 0.5 * min(light.g, 1.0)) + light;
    c += skirt * 0.035 * exp(-up * 3.0);

    // Two ranges: the far one snow-lit by the aurora, the near one almost black.
    float far = 0.07 + 0.36 * ridge(p.x * 1.1, 2.0, 0.46) * (0.50 + 0.42 * cos(p.x * 1.6 + 1.5));
    float slope = ridge(p.x * 1.1 + 0.012, 2.0, 0.46) - ridge(p.x * 1.1 - 0.012, 2.0, 0.46);
    float snow = smoothstep(0.30, 0.75, noise(vec2(p.x * 26.0 + p.y * 34.0, p.y * 22.0)) + (p.y / far - 0.55) * 0.9);
    vec3 rockCol = mix(vec3(0.012, 0.026, 0.038), vec3(0.085, 0.19, 0.19) * (0.62 + 1.6 * clamp(slope, -0.3, 0.4)), snow);
    rockCol = mix(rockCol, vec3(0.016, 0.05, 0.06), 0.5 * smoothstep(0.16, 0.0, p.y));
    c = mix(c, rockCol, smoothstep(0.0, 0.006, far - p.y));
    float near = 0.008 + 0.105 * ridge(p.x * 1.9, 5.0, 0.5) * smoothstep(0.15, 1.5, abs(p.x + 0.25));
    near += 0.013 * noise(vec2(p.x * 90.0, 1.0));
    c = mix(c, vec3(0.005, 0.012, 0.017), smoothstep(0.0, 0.005, near - p.y));
    vec2 w = abs(p - vec2(0.93, 0.026));
    c += vec3(1.0, 0.55, 0.18) * (1.4 * smoothstep(0.0065, 0.0045, max(w.x, w.y)) + 0.0007 / (dot(w, w) + 0.0012));
    return c;
}

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    vec2 p = uv * 1.55 + vec2(0.0, 0.36);
    float water = -p.y;
    vec2 q = p;
    float dim = 1.0;
    if (water > 0.0) {
        float depth = 0.05 / (water + 0.035);
        float ripple = noise(vec2(p.x * 9.0 * depth + iTime * 0.2, depth * 46.0 + iTime * 0.7)) - 0.5;
        ripple += 0.5 * (noise(vec2(p.x * 30.0, depth * 130.0 - iTime)) - 0.5);
        q = vec2(p.x + ripple * 0.018, water * 1.06 + ripple * (0.02 + water * 0.18));
        dim = 0.62 - 0.35 * water;
    }
    vec3 col = scene(q) * dim;
    col += vec3(0.03, 0.07, 0.075) * exp(-abs(p.y) * 55.0);
    col *= 1.0 - 0.35 * dot(uv, uv);
    col = 1.0 - exp(-col * 1.7);
    col = pow(col, vec3(1.0 / 2.2)) + (hash(fragCoord + 77.0) - 0.5) / 110.0;
    fragColor = vec4(col, 1.0);
}
