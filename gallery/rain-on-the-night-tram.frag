// Rain on the night tram
// Neon streets out of focus behind a wet window; each drop holds the street upside down.
// CC0 1.0: no rights reserved.

uniform float rain; // = 0.7 in [0.0, 1.0] "Rain"
uniform float focus; // = 0.75 in [0.2, 1.0] "Blur of the street"

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

// Six shop-sign colours; h in 0..1.
vec3 neon(float h) {
    vec3 c = mix(vec3(1.0, 0.13, 0.36), vec3(1.0, 0.50, 0.12), smoothstep(0.18, 0.30, h));
    c = mix(c, vec3(1.0, 0.80, 0.48), smoothstep(0.40, 0.50, h));
    c = mix(c, vec3(0.10, 0.78, 0.90), smoothstep(0.62, 0.70, h));
    return mix(c, vec3(0.42, 0.22, 1.0), smoothstep(0.84, 0.92, h));
}

// One layer of lights as the lens draws them: flat discs with a brighter rim.
vec3 bokeh(vec2 p, float scale, float seed, float blur) {
    p = p * scale + vec2(seed * 17.3 - iTime * 0.22 * (1.4 - seed), seed * 5.0);
    vec2 cell = floor(p);
    float k = hash(cell + seed * 91.0);
    vec2 q = fract(p) - 0.5 - 0.34 * (vec2(hash(cell + 3.0), hash(cell + 7.0)) - 0.5);
    float r = mix(0.06, 0.20 + 0.10 * hash(cell + 11.0), blur), soft = mix(0.10, 0.03, blur);
    float d = length(q), disc = smoothstep(r + soft, r - soft, d);
    disc *= 0.65 + 0.6 * smoothstep(r * 0.6, r, d);
    vec3 tint = neon(hash(cell + 19.0));
    return tint * tint * disc * step(0.45, k) * (0.35 + 0.65 * hash(cell + 23.0)) * mix(2.6, 1.0, blur);
}

vec3 shop_sign(vec2 p, vec2 at, vec2 size, vec3 tint, float blur) {
    float d = length(max(abs(p - at) - size, 0.0));
    float w = mix(0.012, 0.045, blur);
    return tint * tint * (exp(-d * d / (w * w)) * 1.1 + 0.10 * exp(-d * 7.0));
}

vec3 street(vec2 p, float blur) {
    float wet = smoothstep(-0.06, -0.10, p.y);
    float y = mix(p.y, -0.16 - p.y * 0.42 + 0.03 * noise(vec2(p.x * 6.0, p.y * 40.0)), wet);
    vec2 q = vec2(p.x, y);
    vec3 c = mix(vec3(0.024, 0.008, 0.022), vec3(0.004, 0.007, 0.022), smoothstep(-0.1, 0.6, y));
    c += vec3(0.085, 0.024, 0.020) * exp(-abs(y + 0.02) * 8.0);
    float x = mod(q.x + 1.6, 3.2) - 1.6;
    c += shop_sign(vec2(x, y), vec2(-0.72, 0.22), vec2(0.035, 0.17), vec3(1.0, 0.10, 0.33), blur);
    c += shop_sign(vec2(x, y), vec2(-0.20, 0.31), vec2(0.15, 0.022), vec3(0.10, 0.75, 0.85), blur);
    c += shop_sign(vec2(x, y), vec2(0.52, 0.17), vec2(0.045, 0.12), vec3(1.0, 0.46, 0.10), blur);
    c += shop_sign(vec2(x, y), vec2(1.10, 0.28), vec2(0.02, 0.20), vec3(0.36, 0.24, 1.0), blur);
    float lamps = mix(1.0, 0.35, wet);
    c += bokeh(q, 2.3, 0.2, blur) * 0.34 * lamps;
    c += bokeh(q + 0.4, 3.7, 0.5, blur) * 0.55 * lamps * smoothstep(0.50, 0.05, y);
    c += bokeh(q - 0.2, 6.1, 0.8, blur) * 0.75 * lamps * smoothstep(0.30, 0.02, y);
    return c * mix(1.0, 0.6, wet);
}

// Beads that grow, hang and dry. Returns the surface slope in xy and the coverage in z.
vec3 beads(vec2 p, float scale, float seed) {
    p *= scale;
    vec2 cell = floor(p);
    float life = fract(iTime * 0.06 + hash(cell + seed) * 7.0);
    vec2 q = fract(p) - 0.5 - 0.5 * (vec2(hash(cell + seed + 3.0), hash(cell + seed + 5.0)) - 0.5);
    q.x += 0.12 * (noise(p * 3.0) - 0.5);
    float r = 0.27 * sqrt(hash(cell + seed + 9.0)) * smoothstep(0.0, 0.12, life) * smoothstep(1.0, 0.75, life);
    r *= step(hash(cell + seed + 13.0), 0.25 + 0.6 * rain);
    float m = smoothstep(r, r - 0.07, length(q));
    return vec3(q / max(r, 0.02) * m, m);
}

// A runner slides in fits and starts down its own lane and leaves a string of beads.
vec3 runner(vec2 p, float scale, float seed) {
    p.x = p.x * scale + seed * 7.1;
    float lane = floor(p.x), k = hash(vec2(lane, seed));
    float s = iTime * (0.10 + 0.10 * k) + k * 9.0;
    float head = 0.62 - 1.3 * fract(s + 0.06 * sin(s * 23.0) + 0.02 * sin(s * 61.0));
    vec2 q = vec2(fract(p.x) - 0.5, p.y - head);
    float sway = (noise(vec2(p.y * 5.0, lane)) - 0.5) * 0.55;
    q.x -= sway;
    vec2 d = vec2(q.x / 0.19, q.y * scale / 0.24);
    d.y *= d.y > 0.0 ? 0.72 : 1.1;
    float m = smoothstep(1.0, 0.72, length(d));
    vec3 o = vec3(d * m, m);
    float above = q.y * scale;
    float row = above * 2.6;
    vec2 b = vec2(q.x - 0.06 * (hash(vec2(floor(row), lane)) - 0.5), (fract(row) - 0.5) / 2.6);
    float br = 0.12 * hash(vec2(floor(row), lane + 5.0)) * smoothstep(4.5, 0.3, above) * step(0.3, above);
    float bm = smoothstep(br, br - 0.05, length(b));
    o = mix(o, vec3(b / max(br, 0.02), 1.0), bm * (1.0 - m));
    return o * step(k, 0.25 + 0.75 * rain);
}

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    vec3 drop = beads(uv, 8.5, 1.0);
    vec3 small = beads(uv + 3.3, 21.0, 2.0);
    vec3 slide = runner(uv, 4.2, 1.0);
    vec3 slide2 = runner(uv + 0.07, 6.5, 2.0);
    if (small.z > drop.z) drop = small;
    if (slide2.z > drop.z) drop = slide2;
    if (slide.z > drop.z) drop = slide;

    float fogged = focus * (0.9 + 0.1 * noise(uv * 5.0));
    vec3 back = street(uv, fogged) + vec3(0.006, 0.005, 0.009);
    vec3 col = back;
    if (drop.z > 0.01) {
        float bend = dot(drop.xy, drop.xy);
        vec3 lens = street(uv * 0.35 - drop.xy * (0.34 + 0.30 * bend) + vec2(0.0, 0.10), 0.35) * 1.3 + 0.01;
        lens *= 0.25 + 0.85 * smoothstep(1.15, 0.25, bend + 0.35 * drop.y);
        lens += 0.5 * smoothstep(0.16, 0.0, length(drop.xy - vec2(-0.35, 0.48))) * (back + 0.12);
        col = mix(back, lens, smoothstep(0.0, 0.6, drop.z));
    }
    col *= 1.0 - 0.42 * dot(uv * vec2(0.75, 1.0), uv * vec2(0.75, 1.0));
    col = 1.0 - exp(-col * 1.75);
    col = pow(col, vec3(1.0 / 2.1)) + (hash(fragCoord + 51.0) - 0.5) / 80.0;
    fragColor = vec4(col, 1.0);
}
