// Ink in water
// Two inks fall through clear water and fold into each other.
// CC0 1.0: no rights reserved.

uniform vec3 ink; // = vec3(0.07, 0.14, 0.42) color "First ink"
uniform vec3 dye; // = vec3(0.85, 0.20, 0.13) color "Second ink"
uniform float strength; // = 1.0 in [0.4, 2.0] "Strength"
uniform float unrest; // = 1.0 in [0.3, 2.0] "Unrest"

float hash(vec2 p) {
    uvec2 q = uvec2(ivec2(floor(p))) * uvec2(0x9E3779B1u, 0x85EBCA77u);
    uint h = (q.x ^ (q.y >> 3)) * 0xC2B2AE3Du;
    h = (h ^ (h >> 15)) * 0x27D4EB2Fu;
    return float((h ^ (h >> 13)) >> 8) / 16777216.0;
}

float noise(vec2 p) {
    vec2 i = floor(p), f = p - i;
    f = f * f * f * (f * (f * 6.0 - 15.0) + 10.0);
    return mix(mix(hash(i), hash(i + vec2(1, 0)), f.x),
               mix(hash(i + vec2(0, 1)), hash(i + vec2(1, 1)), f.x), f.y);
}

float fbm(vec2 p) {
    float v = 0.0, a = 0.5;
    for (int i = 0; i < 5; i++) {
        v += a * noise(p);
        p = mat2(1.6, 1.2, -1.2, 1.6) * p + 3.7;
        a *= 0.5;
    }
    return v;
}

// Swirl the plane with a stack of divergence-free shears, each finer than the last.
vec2 stir(vec2 p, float t) {
    float k = 1.3;
    for (int i = 0; i < 7; i++) {
        float s = float(i) * 1.7;
        p.x += 0.42 * unrest / k * sin(k * p.y + t * 0.45 + s);
        p.y += 0.42 * unrest / k * sin(k * p.x * 1.13 - t * 0.38 + s * 2.3);
        p = mat2(0.878, 0.479, -0.479, 0.878) * p;
        k *= 1.48;
    }
    return p;
}

// A plume: thick above, thin streaks below, curled caps along its front.
float plume(vec2 p, float t, float seed) {
    vec2 q = stir(p * 1.5 + vec2(seed * 3.0, seed + t * 0.12), t + seed);
    vec2 drift = q - stir(vec2(seed * 3.0, seed + t * 0.12), t + seed);
    float threads = fbm(q * vec2(2.3, 1.1) + seed);
    float folds = abs(fbm(q * 1.25 + seed * 2.0 + 11.0) - 0.5) * 2.0;
    float fall = smoothstep(-0.75, 0.45, p.y + 0.9 * (threads - 0.5) + 0.10 * drift.x);
    float core = length(vec2(p.x * 1.05 + 0.16 * drift.y, min(p.y - 0.5, 0.0) * 0.45));
    float sheet = smoothstep(0.85, 0.10, core + folds * 0.42);
    return fall * sheet * (0.15 + 1.1 * threads * threads + 1.5 * pow(1.0 - folds, 6.0));
}

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    float t = iTime * 0.55 + 3.0;
    vec2 p = uv * 1.7;
    float a = plume(p + vec2(0.38, 0.0), t, 1.0) * strength;
    float b = plume(p - vec2(0.42, 0.18), t * 0.9 + 4.0, 2.6) * strength;

    // Light passes through the tank once: each ink takes its complement away.
    vec3 paper = mix(vec3(0.80, 0.84, 0.83), vec3(0.97, 0.95, 0.90), smoothstep(-0.6, 0.6, uv.y + uv.x * 0.2));
    vec3 absorb = -log(ink + 0.02) * a * 0.75 - log(dye + 0.02) * b * 0.95;
    vec3 col = paper * exp(-absorb);

    // The bright rim that a dense edge throws, as in a lit fish tank.
    float slope = dFdx(a + b) * 0.7 - dFdy(a + b);
    col += vec3(0.9, 0.95, 1.0) * clamp(slope * iResolution.y / 900.0, -0.08, 0.16) * smoothstep(0.05, 0.5, a + b);
    col *= 1.0 - 0.45 * dot(uv, uv);
    col = pow(max(col, 0.0), vec3(1.0 / 1.9)) + (hash(fragCoord) - 0.5) / 90.0;
    fragColor = vec4(col, 1.0);
}
