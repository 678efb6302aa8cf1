// Island universe
// A spiral galaxy seen from above its plane: old gold in the bulge, young blue and pink along the arms.
// CC0 1.0: no rights reserved.

uniform float winding; // = 3.3 in [2.0, 5.0] "Winding"
uniform float dust; // = 0.8 in [0.0, 1.0] "Dust"

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

float fbm(vec2 p) {
    float v = 0.0, a = 0.5;
    for (int i = 0; i < 6; i++) {
        v += a * noise(p);
        p = mat2(1.62, 1.18, -1.18, 1.62) * p + 1.7;
        a *= 0.52;
    }
    return v;
}

mat2 turn(float a) { return mat2(cos(a), sin(a), -sin(a), cos(a)); }

// Stars of one layer: brightness follows a steep law, colour runs from ember to blue-white.
vec3 stars(vec2 p, float scale, float share) {
    vec2 g = p * scale, cell = floor(g);
    float k = hash(cell);
    if (k > share) return vec3(0.0);
    vec2 at = 0.25 + 0.5 * vec2(hash(cell + 31.0), hash(cell + 57.0));
    float d = length(fract(g) - at), b = pow(hash(cell + 77.0), 6.0);
    vec3 tint = mix(vec3(1.0, 0.72, 0.46), vec3(0.66, 0.80, 1.0), hash(cell + 91.0));
    float twinkle = 0.85 + 0.15 * sin(iTime * 3.0 + k * 900.0);
    return tint * (b * 1.6 + 0.12) * twinkle * smoothstep(0.17 + 0.13 * b, 0.0, d);
}

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    vec3 col = mix(vec3(0.006, 0.010, 0.026), vec3(0.020, 0.012, 0.030), smoothstep(-0.6, 0.6, uv.x + uv.y));
    col += stars(uv + 3.0, 30.0, 0.16) + stars(uv * turn(0.7) + 5.0, 80.0, 0.30) * 0.6;

    // Into the plane of the disc: tilt, turn, and let the inner part run ahead.
    vec2 p = turn(-0.42) * uv;
    p.y *= 2.05;
    p *= 2.15;
    float r = length(p);
    vec2 q = turn(-iTime * 0.06) * p;
    float angle = atan(q.y, q.x);
    float spiral = angle - winding * log(r + 0.08);
    vec2 warped = turn(-winding * log(r + 0.08)) * q;
    float clouds = fbm(warped * 2.1 + fbm(warped * 4.3) * 0.7);
    float fine = fbm(q * 7.0 + warped * 2.0);
    float arm = 0.5 + 0.5 * cos(2.0 * spiral + 1.7 * (clouds - 0.5));
    float arms = pow(arm, 1.7) * (0.35 + 0.65 * clouds * 1.5);
    float spur = pow(0.5 + 0.5 * cos(4.0 * spiral + 2.2 + 3.0 * clouds), 3.0) * 0.25;

    float disc = exp(-r * 1.55) * smoothstep(2.4, 0.4, r);
    float bulge = exp(-r * 8.0) * 2.4 + exp(-length(vec2(p.x, p.y * 0.62)) * 3.4) * 0.8;
    vec3 young = mix(vec3(0.66, 0.58, 0.70), vec3(0.16, 0.36, 1.0), smoothstep(0.05, 0.9, r));
    vec3 light = vec3(1.0, 0.70, 0.40) * bulge;
    light += vec3(0.90, 0.56, 0.40) * disc * 0.34;
    light += young * disc * (arms * 2.9 + spur) * (0.45 + fine * 1.1);

    // Nurseries glow pink on the arm's crest; clusters sparkle beside them.
    vec2 cell = floor(q * 13.0);
    float nursery = step(0.70, hash(cell)) * smoothstep(0.34, 0.0, length(fract(q * 13.0) - 0.3 - 0.4 * vec2(hash(cell + 3.0), hash(cell + 5.0))));
    light += vec3(1.0, 0.16, 0.34) * nursery * pow(arm, 3.0) * disc * 5.0 * smoothstep(0.12, 0.4, r);
    light += stars(q * 0.5 + 9.0, 62.0, 0.9) * young * pow(arm, 2.0) * smoothstep(1.7, 0.3, r) * 1.5;

    // Dust hugs the inner edge of each arm and reddens what shines through.
    float lane = pow(0.5 + 0.5 * cos(2.0 * spiral - 1.05 + 2.4 * (fine - 0.5)), 5.0) * smoothstep(0.30, 0.62, clouds + 0.1);
    lane *= smoothstep(0.05, 0.25, r) * smoothstep(1.9, 0.5, r) * dust;
    light *= exp(-lane * vec3(1.5, 2.2, 2.9));
    col = col * exp(-disc * (2.0 + 3.0 * lane)) + light * 1.05;

    col *= 1.0 - 0.30 * dot(uv, uv);
    col = 1.0 - exp(-col * 1.85);
    col = pow(col, vec3(1.0 / 2.0)) + (hash(fragCoord + 5.0) - 0.5) / 100.0;
    fragColor = vec4(col, 1.0);
}
