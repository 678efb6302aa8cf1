// Lava crust
// Black plates drift on a slow red flow; the seams between them show how hot it is below.
// CC0 1.0: no rights reserved.

uniform float heat; // = 0.6 in [0.0, 1.0] "Heat"
uniform float pace; // = 1.0 in [0.0, 3.0] "Pace"

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
    for (int i = 0; i < 5; i++) {
        v += a * noise(p);
        p = mat2(1.6, 1.2, -1.2, 1.6) * p + 2.3;
        a *= 0.5;
    }
    return v;
}

// Colour of a glowing body, t in 0..1 from dull red to yellow-white.
vec3 glow(float t) {
    return vec3(2.6, 1.45, 0.75) * pow(vec3(max(t, 0.0)), vec3(1.15, 2.6, 6.0));
}

// Plates: distance to the nearest seam in x, the way to it in yz, a number for the plate in w.
vec4 plates(vec2 p) {
    vec2 cell = floor(p), near = vec2(0.0), id = vec2(0.0);
    float best = 9.0;
    for (int j = -1; j <= 1; j++)
    for (int i = -1; i <= 1; i++) {
        vec2 k = cell + vec2(i, j);
        vec2 o = k + 0.5 + 0.38 * sin(iTime * 0.11 * pace + 6.2832 * vec2(hash(k), hash(k + 61.0))) - p;
        float d = dot(o, o);
        if (d < best) { best = d; near = o; id = k; }
    }
    vec3 seam = vec3(9.0);
    for (int j = -1; j <= 1; j++)
    for (int i = -1; i <= 1; i++) {
        vec2 k = id + vec2(i, j);
        vec2 o = k + 0.5 + 0.38 * sin(iTime * 0.11 * pace + 6.2832 * vec2(hash(k), hash(k + 61.0))) - p;
        vec2 along = o - near;
        if (dot(along, along) > 0.001) {
            vec2 way = normalize(along);
            float d = dot(0.5 * (o + near), way);
            if (d < seam.x) seam = vec3(d, way);
        }
    }
    return vec4(seam, hash(id + 17.0));
}

// Roughness of a plate's skin: grit, and ropes that lie their own way on each plate.
float skin(vec2 p, float plate) {
    float a = plate * 6.0;
    float ropes = 0.5 + 0.5 * sin(dot(p, vec2(17.0 * cos(a) + 4.0 * sin(a), 4.0 * cos(a) - 17.0 * sin(a))) + 6.0 * noise(p * 2.0));
    return 0.09 * fbm(p * 6.0) + 0.028 * ropes;
}

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    // Look down across the field from a ledge.
    vec3 rd = normalize(vec3(uv.x, uv.y * 0.92 - 1.02, 1.75));
    float t = 2.3 / -rd.y;
    vec2 p = vec2(0.0, iTime * 0.12 * pace) + rd.xz * t;
    vec4 v = plates(p + 0.30 * (vec2(fbm(p * 1.4), fbm(p * 1.4 + 9.0)) - 0.5));
    float seam = v.x, plate = v.w, e = 0.012 + 0.003 * t, h = skin(p, plate);

    // Plates rise steeply from their seams; the skin matters only on top.
    float u = clamp((seam - 0.015) / 0.185, 0.0, 1.0), rise = u * u * (3.0 - 2.0 * u);
    vec2 grad = vec2(skin(p + vec2(e, 0.0), plate) - h, skin(p + vec2(0.0, e), plate) - h) / e * rise;
    grad -= v.yz * 6.0 * u * (1.0 - u) / 0.185 * (0.16 + 0.12 * plate + h);
    vec3 n = normalize(vec3(-grad.x, 1.0, -grad.y));

    // Moonlight from the far left, the glow of the seams from below.
    float moon = max(dot(n, normalize(vec3(-0.6, 0.55, 0.75))), 0.0);
    float sheen = pow(max(dot(reflect(rd, n), normalize(vec3(-0.6, 0.55, 0.75))), 0.0), 14.0);
    vec3 rock = vec3(0.020, 0.020, 0.024) * (0.4 + fbm(p * 9.0));
    vec3 col = rock * (0.3 + 3.4 * moon * vec3(0.62, 0.78, 1.0)) + vec3(0.055, 0.080, 0.125) * sheen;
    float pulse = 0.78 + 0.22 * sin(iTime * 0.9 + plate * 9.0 + p.x);
    float flow = fbm(p * 3.2 + vec2(0.0, iTime * 0.22 * pace) + fbm(p * 2.0 - iTime * 0.1));
    float temperature = (0.50 + 0.45 * heat) * smoothstep(0.09, -0.03, seam - 0.05 * (heat - 0.6) - 0.16 * (flow - 0.5)) * (0.25 + 1.15 * flow);
    col += glow(temperature) * pulse;
    col += vec3(0.75, 0.10, 0.012) * (0.10 + 0.45 * heat) * exp(-seam * 9.0) * (0.10 + 1.0 * (1.0 - n.y) + 0.6 * flow * flow);
    float cracks = smoothstep(0.06, 0.0, abs(fbm(p * 4.0 + plate * 9.0) - 0.5)) * smoothstep(0.30, 0.05, seam);
    col += glow(0.42 + 0.3 * heat) * cracks * 0.55;

    // Haze in the distance, heated from beneath; embers rise through it.
    float far = smoothstep(3.0, 12.0, t);
    col = mix(col, vec3(0.20, 0.030, 0.014) + vec3(0.16, 0.05, 0.03) * fbm(vec2(uv.x * 1.6, uv.y * 3.0 - iTime * 0.2)), far * 0.8);
    for (int i = 0; i < 3; i++) {
        float f = 4.0 + 3.0 * float(i);
        vec2 g = uv * f + vec2(0.5 * sin(iTime * 0.6 + uv.y * 3.0 + float(i)), -iTime * (0.9 + 0.3 * float(i)));
        vec2 at = 0.2 + 0.6 * vec2(hash(floor(g)), hash(floor(g) + 7.0));
        float on = step(0.82, hash(floor(g) + 3.0)) * (0.5 + 0.5 * sin(iTime * 7.0 + 40.0 * at.x));
        col += vec3(1.6, 0.62, 0.14) * on * smoothstep(0.055, 0.0, length(fract(g) - at));
    }
    col *= 1.0 - 0.16 * dot(uv * vec2(0.6, 0.8), uv * vec2(0.6, 0.8));
    col = 1.0 - exp(-col * 1.8);
    col = pow(col, vec3(1.0 / 2.2)) + (hash(fragCoord + 3.0) - 0.5) / 110.0;
    fragColor = vec4(col, 1.0);
}
