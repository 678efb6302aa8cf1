// Noon in the pool
// Sun through moving water on small tiles: refraction, caustics, and a black lane line.
// CC0 1.0: no rights reserved.

uniform float breeze; // = 0.6 in [0.1, 1.0] "Breeze"

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

// Height of the surface: crossed trains of short waves.
float surface(vec2 p) {
    float h = 0.0, a = 0.5, k = 2.2;
    vec2 d = vec2(0.8, 0.6);
    for (int i = 0; i < 5; i++) {
        float ph = dot(p, d) * k + iTime * sqrt(k) * 0.85 + float(i) * 2.4;
        h += a * sin(ph + 0.7 * sin(dot(p, d.yx) * k * 0.6 - iTime * 0.5));
        d = mat2(0.36, 0.933, -0.933, 0.36) * d;
        k *= 1.52;
        a *= 0.66;
    }
    return h;
}

vec2 slope(vec2 p) {
    vec2 e = vec2(0.02, 0.0);
    return vec2(surface(p + e.xy) - surface(p - e.xy), surface(p + e.yx) - surface(p - e.yx)) / 0.04;
}

// Light is bright where the refracted rays crowd together: the inverse of how much the
// mapping from surface to floor stretches a small square.
vec3 caustic(vec2 p, float depth) {
    float e = 0.03;
    vec2 a = p + depth * slope(p), b = p + vec2(e, 0) + depth * slope(p + vec2(e, 0)), c = p + vec2(0, e) + depth * slope(p + vec2(0, e));
    float area = abs((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)) / (e * e);
    return min(1.0 / (area + vec3(0.17, 0.14, 0.12)), 6.0);
}

vec3 floor_tiles(vec2 p) {
    vec2 g = p * 7.0, cell = floor(g), f = abs(fract(g) - 0.5);
    float grout = smoothstep(0.485, 0.455, max(f.x, f.y));
    float k = hash(cell);
    vec3 c = mix(vec3(0.30, 0.72, 0.76), vec3(0.46, 0.84, 0.84), k);
    c = mix(c, vec3(0.16, 0.56, 0.68), step(0.86, k));
    c = mix(c, vec3(0.72, 0.93, 0.90), step(k, 0.06));
    float lane = step(abs(p.x + 1.15), 0.36) + step(abs(p.x - 2.45), 0.36);
    c = mix(c, mix(vec3(0.02, 0.09, 0.22), vec3(0.03, 0.13, 0.28), k), min(lane, 1.0));
    return mix(vec3(0.52, 0.72, 0.72), c, grout);
}

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    vec2 p = mat2(0.93, -0.36, 0.36, 0.93) * uv * 3.6;
    vec2 s = slope(p) * breeze;
    vec2 q = p + s * 0.11;

    vec3 light = caustic(q, 0.15 * breeze + 0.02);
    vec3 col = floor_tiles(q) * floor_tiles(q) * (vec3(0.30, 0.40, 0.44) + 0.42 * light);
    col *= vec3(0.62, 0.94, 1.0);

    // A pale ring buoy floats here; its shadow lies on the floor, off to one side.
    vec2 drift = vec2(0.62 + 0.04 * sin(iTime * 0.5), 0.04 + 0.03 * cos(iTime * 0.4));
    vec2 at = mat2(0.93, -0.36, 0.36, 0.93) * drift * 1.9 + vec2(-0.35, 0.1);
    float shade = abs(length(q - at - vec2(0.22, -0.30)) - 0.46) - 0.155;
    col *= 1.0 - 0.62 * smoothstep(0.06, -0.05, shade);
    vec3 n = normalize(vec3(-s * 0.55, 1.0));
    float sky = pow(1.0 - n.z, 1.3);
    col += vec3(0.75, 0.90, 1.0) * sky * 0.30;
    col += vec3(1.0, 0.98, 0.9) * smoothstep(0.975, 0.996, dot(n, normalize(vec3(0.33, 0.36, 1.0)))) * 0.9;

    float r = length(p - at), ring = abs(r - 0.46) - 0.155;
    float a = atan(p.y - at.y, p.x - at.x) + 0.25 * sin(iTime * 0.3);
    float tube = clamp((r - 0.46) / 0.155, -1.0, 1.0), up = sqrt(1.0 - tube * tube);
    vec3 rn = normalize(vec3(normalize(p - at) * tube, up));
    vec3 band = mix(vec3(0.93, 0.90, 0.84), vec3(0.90, 0.20, 0.13), smoothstep(-0.03, 0.03, cos(a * 4.0) - 0.15));
    float lit = max(dot(rn, normalize(vec3(-0.45, 0.6, 0.9))), 0.0);
    vec3 buoy = band * (0.22 + 0.85 * lit) + vec3(0.10, 0.22, 0.24) * (1.0 - up);
    buoy += 0.55 * pow(lit, 26.0);
    col = mix(col, buoy, smoothstep(0.010, -0.010, ring));

    col *= 1.0 - 0.25 * dot(uv, uv);
    col = 1.0 - exp(-col * 1.55);
    col = pow(col, vec3(1.0 / 2.1)) + (hash(fragCoord + 3.0) - 0.5) / 128.0;
    fragColor = vec4(col, 1.0);
}
