#version 300 es
// Calibre
// The going train of a watch: striped bridges, ruby bearings, blued screws and a balance that breathes.
// CC0 1.0: no rights reserved.
precision highp float;
precision highp int;

uniform float time;
uniform vec2 resolution;
uniform float rate; // = 1.0 in [0.2, 3.0] "Rate"
out vec4 pixel;

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

const vec3 BRASS = vec3(0.86, 0.62, 0.30), STEEL = vec3(0.56, 0.58, 0.62);
float px;

// Polar brushing: light streaks that swing with the surface's own direction.
float brushed(vec2 p, float turn_by) {
    float a = atan(p.y, p.x) - turn_by;
    return 0.5 + 0.5 * cos(2.0 * (a + turn_by) - 1.1) + 0.10 * noise(vec2(length(p) * 320.0, a * 3.0));
}

// Lay a flat part over col with a drop shadow and a bright chamfer. d is its signed distance.
vec3 part(vec3 col, float d, float shadow_d, vec3 face) {
    col *= 1.0 - 0.68 * smoothstep(0.030, -0.012, shadow_d);
    float chamfer = smoothstep(-0.0075, -0.0040, d);
    face = mix(face, face * 1.45 + 0.06, chamfer * 0.8);
    return mix(col, face, smoothstep(px, -px, d));
}

float teeth(vec2 p, float r, float n, float turn_by) {
    float a = (atan(p.y, p.x) - turn_by) * n;
    float t = smoothstep(-0.55, 0.55, cos(a));
    float depth = 6.2832 * r / n * 0.36;
    return (length(p) - r - depth * (t - 0.5) * 2.0 * 0.55) * 0.85;
}

// A wheel: toothed rim, spokes with curved openings, hub.
float wheel(vec2 p, float r, float n, float turn_by, float spokes) {
    float d = teeth(p, r, n, turn_by), l = length(p);
    float a = atan(p.y, p.x) - turn_by, k = 6.2832 / spokes;
    a = mod(a + 0.5 * k, k) - 0.5 * k;
    vec2 q = l * vec2(cos(a), sin(a));
    float opening = max(max(l - r * 0.78, r * 0.26 - l), r * 0.075 + 0.03 * l - abs(q.y));
    return max(d, -opening);
}

vec3 gear(vec3 col, vec2 p, float r, float n, float turn_by, float spokes, vec3 metal) {
    float d = wheel(p, r, n, turn_by, spokes), s = wheel(p - vec2(0.018, -0.022), r, n, turn_by, spokes);
    vec3 face = metal * metal * (0.30 + 0.95 * brushed(p, turn_by));
    float groove = smoothstep(0.004, 0.0, abs(length(p) - r * 0.84));
    return part(col, d, s, face * (1.0 - 0.35 * groove));
}

vec3 jewel(vec3 col, vec2 p, float r) {
    float l = length(p);
    vec3 chaton = BRASS * BRASS * (0.5 + 1.1 * max(dot(p / max(l, 1e-4), vec2(-0.6, 0.8)) * (l > r * 1.15 ? 1.0 : -1.0), 0.0));
    col = part(col, l - r * 1.45, length(p - vec2(0.006, -0.008)) - r * 1.45, chaton);
    vec2 n = p / r;
    vec3 ruby = vec3(0.16, 0.002, 0.018) + vec3(0.80, 0.02, 0.07) * pow(max(0.0, 0.5 - 0.55 * dot(n, vec2(-0.6, 0.8))), 2.0) * 1.6;
    ruby += vec3(1.0, 0.85, 0.85) * smoothstep(0.26, 0.10, length(n - vec2(-0.38, 0.45)));
    ruby = mix(ruby, vec3(0.20, 0.20, 0.22), smoothstep(0.24, 0.18, length(n)));
    return mix(col, ruby, smoothstep(px, -px, l - r));
}

vec3 screw(vec3 col, vec2 p, float r, float slot) {
    float l = length(p);
    vec2 n = p / r;
    vec3 blue = vec3(0.012, 0.045, 0.20) + vec3(0.15, 0.40, 1.0) * pow(max(dot(normalize(vec3(n * 0.7, 1.0)), normalize(vec3(-0.5, 0.62, 0.7))), 0.0), 9.0) * 1.1;
    vec2 q = mat2(cos(slot), sin(slot), -sin(slot), cos(slot)) * p;
    blue = mix(blue, vec3(0.004, 0.008, 0.02), smoothstep(px, -px, abs(q.y) - r * 0.15));
    return part(col, l - r, length(p - vec2(0.006, -0.008)) - r, blue);
}

// A bridge: rounded plate along a line of points, with Geneva stripes.
float bridge(vec2 p, int which) {
    if (which == 0) {
        float d = length(p - vec2(-1.05, 0.55)) - 0.52;
        vec2 a = vec2(-1.05, 0.55), b = vec2(0.18, 0.62), e = b - a;
        d = min(d, length(p - a - e * clamp(dot(p - a, e) / dot(e, e), 0.0, 1.0)) - 0.30);
        return max(d, -(length(p - vec2(-0.28, -0.02)) - 0.50));
    }
    vec2 a = vec2(1.12, -0.98), b = vec2(0.74, -0.20), e = b - a;
    float u = clamp(dot(p - a, e) / dot(e, e), 0.0, 1.0);
    return length(p - a - e * u) - mix(0.30, 0.115, u);
}

vec3 striped(vec2 p) {
    float s = dot(p, vec2(0.83, 0.56)) * 8.5, f = fract(s);
    float sweep = 0.5 + 0.5 * sin(f * 3.1416 + p.x * 2.2 - p.y * 1.4);
    float fine = noise(vec2(dot(p, vec2(-0.56, 0.83)) * 9.0, s * 34.0));
    return STEEL * (0.22 + 0.62 * sweep * sweep + 0.16 * fine) * (0.80 + 0.3 * smoothstep(0.0, 0.05, f));
}

void main() {
    vec2 p = (2.0 * gl_FragCoord.xy - resolution) / resolution.y;
    px = 1.6 / resolution.y;
    float t = time * rate;

    // Main plate: overlapping circles of perlage.
    vec3 col = vec3(0.0);
    for (int k = 0; k < 4; k++) {
        vec2 g = p * 9.0 + vec2(k & 1, k >> 1) * 0.5, f = fract(g) - 0.5;
        float l = length(f);
        if (l < 0.5) col = vec3(0.115, 0.108, 0.100) * (0.62 + 0.55 * pow(0.5 + 0.5 * cos(2.0 * atan(f.y, f.x) - 1.2), 2.0) + 0.12 * noise(vec2(l * 60.0, float(k))));
    }
    col *= 0.55 + 0.95 * smoothstep(2.2, 0.0, length(p - vec2(-0.5, 0.6)));

    // The train: module is shared, so speeds follow from the counts of teeth.
    float tick = floor(t * 2.5) + smoothstep(0.0, 0.35, fract(t * 2.5));
    float esc = tick * 6.2832 / 30.0;
    col = gear(col, p - vec2(-1.10, 0.50), 0.62, 72.0, -esc / 12.0 + 0.02, 6.0, BRASS * 0.92);
    col = gear(col, p - vec2(-0.28, -0.02), 0.44, 52.0, esc / 8.0, 5.0, BRASS);
    col = gear(col, p - vec2(-1.06, -0.66), 0.40, 48.0, esc / 9.0 + 0.4, 5.0, BRASS * vec3(1.0, 0.86, 0.74));
    col = gear(col, p - vec2(0.22, 0.62), 0.36, 44.0, -esc / 4.0, 5.0, BRASS);
    col = gear(col, p - vec2(-0.28, -0.02), 0.13, 15.0, esc / 8.0, 3.0, STEEL);
    col = gear(col, p - vec2(0.36, -0.62), 0.245, 15.0, -esc, 4.0, STEEL * 1.15);

    // The balance: a heavy gold ring on three arms, hairspring beneath, swinging both ways.
    vec2 b = p - vec2(0.74, -0.20);
    float swing = 2.2 * sin(t * 7.854), lb = length(b);
    float ab = atan(b.y, b.x);
    float coil = abs(fract((lb - 0.05) / 0.027 - (ab + swing * (0.30 - lb) * 2.0) / 6.2832) - 0.5) * 0.027;
    float inner = step(0.06, lb) * step(lb, 0.31);
    col *= 1.0 - 0.45 * smoothstep(0.008, 0.0, coil - 0.001) * inner;
    col = mix(col, vec3(0.10, 0.20, 0.50) + 0.5 * pow(max(cos(ab - 2.2), 0.0), 4.0), smoothstep(px, -px * 0.3, coil - 0.0030) * inner);
    float k = 6.2832 / 3.0, am = mod(ab - swing + 0.5 * k, k) - 0.5 * k;
    vec2 q = lb * vec2(cos(am), sin(am));
    float ring = abs(lb - 0.535) - 0.042, arm = max(abs(q.y) - 0.020, lb - 0.52);
    float ks = 6.2832 / 14.0, as = mod(ab - swing + 0.5 * ks, ks) - 0.5 * ks;
    float studs = length(lb * vec2(cos(as), sin(as)) - vec2(0.592, 0.0)) - 0.021;
    float bal = min(min(ring, arm), studs);
    vec2 bs = b - vec2(0.03, -0.036);
    float sd = min(abs(length(bs) - 0.535) - 0.042, length(bs) - 0.02);
    col = part(col, bal, sd, BRASS * BRASS * vec3(1.1, 1.0, 0.85) * (0.30 + 1.05 * brushed(b, 0.0)));

    // Bridges on top, then stones and screws.
    for (int i = 0; i < 2; i++) {
        float d = bridge(p, i), s = bridge(p - vec2(0.028, -0.034), i);
        col = part(col, d, s, striped(p));
    }
    col = jewel(col, p - vec2(-1.10, 0.50), 0.062);
    col = jewel(col, p - vec2(0.22, 0.62), 0.050);
    col = jewel(col, p - vec2(-0.28, -0.02), 0.055);
    col = jewel(col, p - vec2(0.74, -0.20), 0.060);
    col = jewel(col, p - vec2(-1.06, -0.66), 0.050);
    col = jewel(col, p - vec2(0.36, -0.62), 0.044);
    col = screw(col, p - vec2(-1.38, 0.74), 0.062, 0.6);
    col = screw(col, p - vec2(-0.52, 0.72), 0.055, 2.1);
    col = screw(col, p - vec2(1.14, -0.93), 0.066, 1.2);
    col = screw(col, p - vec2(1.48, 0.62), 0.060, 0.2);
    col = screw(col, p - vec2(0.95, 0.78), 0.050, 2.7);

    col *= 1.0 - 0.14 * dot(p * 0.75, p * 0.75);
    col = 1.0 - exp(-col * 1.9);
    pixel = vec4(pow(col, vec3(1.0 / 2.1)) + (hash(gl_FragCoord.xy) - 0.5) / 120.0, 1.0);
}
