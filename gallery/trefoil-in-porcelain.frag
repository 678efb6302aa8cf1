// Trefoil in porcelain
// A fork of "Trefoil in bronze": the same knot thrown in clay, glazed white and painted in cobalt.
// CC0 1.0: no rights reserved.

uniform float bands; // = 9.0 in [3.0, 16.0] step 1.0 "Painted bands"
uniform vec3 cobalt; // = vec3(0.03, 0.10, 0.46) color "Paint"

const float gauge = 0.28;

float hash(vec2 p) {
    uvec2 q = uvec2(ivec2(floor(p))) * uvec2(0x9E3779B1u, 0x85EBCA77u);
    uint h = (q.x ^ (q.y >> 3)) * 0xC2B2AE3Du;
    h = (h ^ (h >> 15)) * 0x27D4EB2Fu;
    return float((h ^ (h >> 13)) >> 8) / 16777216.0;
}

float noise(vec3 p) {
    vec3 i = floor(p), f = p - i;
    f = f * f * (3.0 - 2.0 * f);
    vec2 o = i.xy + i.z * vec2(37.0, 17.0), s = vec2(37.0, 17.0);
    vec4 a = vec4(hash(o), hash(o + vec2(1, 0)), hash(o + vec2(0, 1)), hash(o + vec2(1, 1)));
    vec4 b = vec4(hash(o + s), hash(o + s + vec2(1, 0)), hash(o + s + vec2(0, 1)), hash(o + s + vec2(1, 1)));
    vec4 m = mix(a, b, f.z);
    return mix(mix(m.x, m.y, f.x), mix(m.z, m.w, f.x), f.y);
}

mat2 turn(float a) { return mat2(cos(a), sin(a), -sin(a), cos(a)); }

vec3 pose(vec3 p) {
    p.y -= 0.62;
    p.xz = turn(0.50 - 0.50 * sin(iTime * 0.5)) * p.xz;
    return p.xzy;
}

// Two strands wound one and a half times around a torus close up into a trefoil.
float knot(vec3 p) {
    p = pose(p);
    vec2 c = vec2(length(p.xz) - 1.0, p.y);
    c = turn(atan(p.z, p.x) * 1.5) * c;
    c.x = abs(c.x) - 0.42;
    return (length(c) - gauge) * 0.5;
}

float plinth(vec3 p) {
    vec3 d = abs(p - vec3(0.0, -1.55, 0.0)) - vec3(0.85, 0.48, 0.85);
    return length(max(d, 0.0)) + min(max(d.x, max(d.y, d.z)), 0.0) - 0.03;
}

float map(vec3 p) { return min(min(knot(p), plinth(p)), p.y + 2.06); }

vec3 normal(vec3 p) {
    vec2 e = vec2(0.0015, -0.0015);
    return normalize(e.xyy * map(p + e.xyy) + e.yyx * map(p + e.yyx) + e.yxy * map(p + e.yxy) + e.xxx * map(p + e.xxx));
}

float shadow(vec3 p, vec3 l) {
    float s = 1.0, t = 0.05;
    for (int i = 0; i < 28 && t < 5.0; i++) {
        float d = map(p + l * t);
        s = min(s, 9.0 * d / t);
        if (s < 0.01) break;
        t += clamp(d, 0.03, 0.35);
    }
    return clamp(s, 0.0, 1.0);
}

float occlusion(vec3 p, vec3 n) {
    float o = 0.0;
    for (int i = 1; i <= 4; i++) {
        float h = 0.09 * float(i);
        o += (h - map(p + n * h)) / float(i);
    }
    return clamp(1.0 - 1.9 * o, 0.0, 1.0);
}

// The studio: a tall north window left, a warm card right, a soft ceiling.
vec3 studio(vec3 d) {
    vec3 c = mix(vec3(0.16, 0.14, 0.13), vec3(0.62, 0.62, 0.60), smoothstep(-0.4, 1.0, d.y));
    float pane = smoothstep(0.10, 0.16, abs(fract(d.y * 2.0) - 0.5)) * smoothstep(0.75, 0.8, -d.x) * smoothstep(-0.15, -0.05, d.y) * smoothstep(0.85, 0.8, d.y);
    c += vec3(2.3, 2.5, 2.7) * pane;
    c += vec3(1.5, 0.85, 0.4) * smoothstep(0.75, 0.95, d.x) * 0.6;
    return c;
}

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    vec3 ro = vec3(0.0, 1.05, 6.4);
    vec3 w = normalize(vec3(0.0, 0.24, 0.0) - ro), u = normalize(cross(w, vec3(0, 1, 0))), v = cross(u, w);
    vec3 rd = normalize(uv.x * u + uv.y * v + 2.95 * w);
    vec3 key = normalize(vec3(-0.8, 0.85, 0.45));

    float t = 3.6, d = 1.0;
    for (int i = 0; i < 110; i++) {
        d = map(ro + rd * t);
        if (d < 0.0008 * t || t > 14.0) break;
        t += d;
    }
    vec3 wall = mix(vec3(0.42, 0.20, 0.13), vec3(0.72, 0.42, 0.28), smoothstep(1.7, -1.6, length(uv - vec2(-0.9, 0.45)) - 0.4));
    vec3 col = wall;
    if (t < 14.0) {
        vec3 p = ro + rd * t, n = normal(p);
        float sh = shadow(p + n * 0.01, key), ao = occlusion(p, n);
        float dif = max(dot(n, key), 0.0) * sh;
        if (knot(p) < 0.01) {
            vec3 q = pose(p);
            // Along the strand and round it: where the brush went.
            float along = atan(q.z, q.x) * 3.0, ring = fract(along * bands / 18.8496);
            vec2 c = turn(atan(q.z, q.x) * 1.5) * vec2(length(q.xz) - 1.0, q.y);
            float round_it = atan(c.y, abs(c.x) - 0.42);
            float wobble = 0.05 * (noise(q * 7.0) - 0.5);
            float band = smoothstep(0.030, 0.018, abs(ring - 0.12 + wobble)) + smoothstep(0.014, 0.004, abs(ring - 0.20 + wobble));
            float petal = length(vec2((ring - 0.62) * 2.6, fract(round_it * 3.0 / 6.2832 + 0.5) - 0.5) * vec2(0.62, 1.0));
            float leaf = smoothstep(0.36, 0.33, petal + wobble) * (0.45 + 0.55 * smoothstep(0.10, 0.16, petal)) + smoothstep(0.06, 0.04, petal);
            float paint = clamp(band + 0.9 * leaf, 0.0, 1.0) * (0.72 + 0.40 * noise(q * 19.0));
            vec3 clay = mix(vec3(0.86, 0.87, 0.86), cobalt, clamp(paint, 0.0, 1.0));
            vec3 r = reflect(rd, n);
            float f = 0.045 + 0.955 * pow(1.0 - max(dot(n, -rd), 0.0), 5.0);
            col = clay * (0.46 * ao + 1.15 * dif + vec3(0.16, 0.06, 0.03) * max(-n.y, 0.0)) + studio(r) * f * (0.4 + 0.6 * ao) * 1.1;
            col += pow(max(dot(r, key), 0.0), 160.0) * sh * 1.6;
        } else if (p.y > -2.04) {
            float vein = abs(noise(p * 2.3 + noise(p * 3.1) * 1.8) - 0.5);
            vec3 stone = mix(vec3(0.030, 0.030, 0.034), vec3(0.060, 0.058, 0.060), noise(p * 23.0) * 0.5);
            stone += 0.05 * smoothstep(0.035, 0.0, vein);
            col = stone * (0.42 * ao + 1.25 * dif);
            col += studio(reflect(rd, n)) * 0.16 * ao;
        } else {
            col = wall * (0.55 * ao + 0.55 * dif + 0.12);
            col = mix(col, wall, smoothstep(8.0, 12.5, t));
        }
    }
    col *= 1.0 - 0.10 * dot(uv, uv);
    col = col * (1.0 + 0.12 * col) / (0.62 + col) * 1.12;
    col = pow(max(col, 0.0), vec3(1.0 / 2.2)) + (hash(fragCoord) - 0.5) / 128.0;
    fragColor = vec4(col, 1.0);
}
