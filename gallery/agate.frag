// Agate
// A polished slice: mineral bands round a hollow lined with crystals, lit slowly from behind.
// CC0 1.0: no rights reserved.
precision highp float;

uniform vec3 iResolution;
uniform float iTime;
uniform float vein; // = 0.35 in [0.0, 1.0] "Specimen"

float hash(vec2 p) {
    p = fract(p * vec2(0.7548777, 0.5698403) + vec2(0.31, 0.73));
    p = fract((p + p.yx * vec2(1.37, 2.11)) * vec2(61.7, 83.3));
    return fract((p.x + 1.7) * (p.y + 2.3) * 47.9);
}

float noise(vec2 p) {
    vec2 i = floor(p), f = p - i;
    f = f * f * f * (f * (f * 6.0 - 15.0) + 10.0);
    return mix(mix(hash(i), hash(i + vec2(1.0, 0.0)), f.x),
               mix(hash(i + vec2(0.0, 1.0)), hash(i + vec2(1.0, 1.0)), f.x), f.y);
}

float fbm(vec2 p) {
    float v = 0.0, a = 0.5;
    for (int i = 0; i < 4; i++) {
        v += a * noise(p);
        p = mat2(1.6, 1.2, -1.2, 1.6) * p + 3.1;
        a *= 0.48;
    }
    return v;
}

// How deep a point lies inside the nodule: 0 at the rind, 1 in the middle.
float depth(vec2 p) {
    vec2 q = p + 0.34 * (vec2(fbm(p * 1.1 + vein * 30.0), fbm(p * 1.1 + 40.0 + vein * 30.0)) - 0.5);
    float r = length(q * vec2(0.70, 1.10));
    r += 0.13 * (fbm(q * 2.3 + vein * 11.0) - 0.5) + 0.035 * (noise(q * 7.0) - 0.5);
    return 1.0 - r / 0.83;
}

vec3 mineral(float k) {
    vec3 c = mix(vec3(0.250, 0.085, 0.060), vec3(0.760, 0.300, 0.130), smoothstep(0.05, 0.30, k));
    c = mix(c, vec3(0.965, 0.800, 0.610), smoothstep(0.30, 0.44, k));
    c = mix(c, vec3(0.930, 0.925, 0.900), smoothstep(0.50, 0.56, k));
    c = mix(c, vec3(0.300, 0.480, 0.560), smoothstep(0.60, 0.76, k));
    return mix(c, vec3(0.090, 0.180, 0.300), smoothstep(0.78, 0.95, k));
}

void main() {
    vec2 uv = (2.0 * gl_FragCoord.xy - iResolution.xy) / iResolution.y;
    float px = 2.0 / iResolution.y;
    vec2 p = uv;
    float d = depth(p), edge = d / 1.2;

    // The lamp behind the slice wanders; thin bands let more of it through.
    vec2 lamp = vec2(0.55 * cos(iTime * 0.45), 0.32 * sin(iTime * 0.6));
    float glow = exp(-dot(p - lamp, p - lamp) * 0.95);

    vec3 table = mix(vec3(0.82, 0.79, 0.75), vec3(0.62, 0.60, 0.59), smoothstep(-0.9, 1.4, uv.x * 0.5 - uv.y));
    table *= 0.96 + 0.06 * noise(uv * 210.0);
    float shadow = depth(p - vec2(0.045, -0.060));
    table *= 1.0 - 0.55 * smoothstep(-0.16, 0.06, shadow);
    table += vec3(0.22, 0.10, 0.05) * smoothstep(-0.30, 0.0, d) * glow;

    // Bands: slow changes of colour with hair lines between, finest near the rind.
    float along = d * (1.0 + 0.5 * d);
    float n = along * 7.5 + vein * 3.0;
    float tone = 0.62 * noise(vec2(n, 3.0)) + 0.26 * noise(vec2(n * 3.3, 9.0)) + 0.12 * noise(vec2(n * 11.0, 5.0));
    tone = clamp((tone - 0.5) * 1.75 + 0.46 + 0.30 * (along - 0.35), 0.0, 1.0);
    vec3 stone = mineral(tone);
    float hair = noise(vec2(n * 26.0, 1.0));
    stone *= 0.84 + 0.30 * hair;
    float milky = fbm(p * 5.0 + d * 4.0);
    stone = mix(stone, stone * 1.25 + 0.04, milky * 0.5);
    vec3 col = stone * stone * (0.42 + 1.15 * glow);
    col += stone * vec3(1.0, 0.62, 0.36) * glow * 0.22 * smoothstep(0.3, 0.7, tone);

    // The hollow: quartz points crowd inwards, each facet at its own slant.
    float heart = d - 0.64 - 0.05 * (noise(p * 9.0) - 0.5);
    if (heart > -0.02) {
        vec2 g = p * 17.0, cell = floor(g);
        float best = 9.0, id = 0.0;
        vec2 to = vec2(0.0);
        for (int j = -1; j <= 1; j++) {
            for (int i = -1; i <= 1; i++) {
                vec2 k = cell + vec2(float(i), float(j)), o = k + vec2(hash(k), hash(k + 53.0)) - g;
                if (dot(o, o) < best) { best = dot(o, o); id = hash(k + 17.0); to = o; }
            }
        }
        float face = floor((atan(to.y, to.x) + id * 6.2832) / 1.0472);
        float slant = hash(vec2(face, id * 91.0));
        float sparkle = pow(0.5 + 0.5 * cos(slant * 6.2832 + iTime * 0.9 + lamp.x * 2.0), 5.0);
        vec3 quartz = mix(vec3(0.235, 0.155, 0.345), vec3(0.820, 0.760, 0.880), slant * slant);
        quartz = quartz * quartz * (0.35 + 0.65 * glow) + vec3(1.0, 0.95, 1.0) * sparkle * 0.55;
        quartz *= 0.45 + 0.55 * smoothstep(0.20, 0.0, heart) + 0.25 * sqrt(best);
        col = mix(col, quartz, smoothstep(-px, px * 2.0, heart));
        col *= 1.0 - 0.45 * smoothstep(0.03, 0.0, abs(heart - 0.01));
    }

    // Rind and polish.
    vec3 rind = mix(vec3(0.120, 0.080, 0.058), vec3(0.270, 0.200, 0.150), noise(p * 30.0));
    col = mix(col, rind, smoothstep(0.055, 0.030, d + 0.015 * noise(p * 21.0)));
    float gloss = smoothstep(0.10, 0.0, abs(dot(p, normalize(vec2(0.75, 0.66))) - 0.42 - 0.12 * sin(iTime * 0.4)) - 0.10);
    col += vec3(0.10, 0.11, 0.12) * gloss * smoothstep(0.06, 0.1, d);
    col = 1.0 - exp(-col * 1.9);
    col = pow(col, vec3(1.0 / 2.1));
    col = mix(table, col, smoothstep(-px, px, edge));
    col *= 1.02 - 0.09 * dot(uv, uv);
    gl_FragColor = vec4(col + (hash(gl_FragCoord.xy) - 0.5) / 120.0, 1.0);
}
