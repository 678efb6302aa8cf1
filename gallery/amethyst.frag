// Amethyst
// A cluster of quartz points, each ray bent into the stone and tinted by the way it travels there.
// CC0 1.0: no rights reserved.

uniform vec3 stone; // = vec3(0.50, 0.20, 0.72) color "Stone"
uniform float clarity; // = 0.6 in [0.1, 1.0] "Clarity"

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

// A six-sided prism that ends in a slightly lopsided point.
float point_of(vec3 p, vec3 axis, float twist, float radius, float height) {
    vec3 u = normalize(cross(axis, vec3(0.31, 0.1, 0.95))), v = cross(axis, u);
    vec3 q = vec3(dot(p, u), dot(p, axis), dot(p, v));
    q.xz = turn(twist) * q.xz;
    vec2 a = abs(q.xz);
    float side = max(a.x, a.x * 0.5 + a.y * 0.866);
    float tip = side * 0.86 + (q.y - height) * 0.52 + 0.06 * q.x;
    return max(max(side - radius, tip), -q.y - 0.3);
}

float crystals(vec3 p) {
    float d = point_of(p, normalize(vec3(0.05, 1.0, 0.02)), 0.2, 0.36, 1.75);
    d = min(d, point_of(p - vec3(0.30, 0, 0.05), normalize(vec3(0.62, 1.0, 0.12)), 0.7, 0.25, 1.42));
    d = min(d, point_of(p - vec3(-0.32, 0, 0.1), normalize(vec3(-0.52, 1.0, 0.2)), 0.1, 0.28, 1.30));
    d = min(d, point_of(p - vec3(0.1, 0, 0.35), normalize(vec3(0.22, 0.9, 0.75)), 1.1, 0.19, 0.98));
    d = min(d, point_of(p - vec3(-0.2, 0, 0.32), normalize(vec3(-0.35, 0.8, 0.95)), 0.5, 0.15, 0.85));
    d = min(d, point_of(p - vec3(0.42, 0, 0.2), normalize(vec3(1.15, 0.75, 0.5)), 0.9, 0.15, 0.98));
    d = min(d, point_of(p - vec3(-0.45, 0, 0.0), normalize(vec3(-1.2, 0.75, 0.25)), 0.3, 0.17, 1.02));
    d = min(d, point_of(p - vec3(0.1, 0, -0.35), normalize(vec3(0.25, 1.0, -0.7)), 0.6, 0.25, 1.25));
    return d;
}

float matrix_rock(vec3 p) {
    float bump = noise(p * 3.1) * 0.20 + noise(p * 8.0) * 0.07;
    return (length(p * vec3(0.72, 1.35, 0.85) + vec3(0, 0.50, 0)) - 0.78 - bump) * 0.55;
}

// The four corners of a tetrahedron; as a loop the distance function is compiled once, not four times.
vec3 normal(vec3 p, bool stone_part) {
    vec3 n = vec3(0.0);
    for (int i = min(iFrame, 0); i < 4; i++) {
        vec3 e = 0.5773 * (2.0 * vec3((((i + 3) >> 1) & 1), ((i >> 1) & 1), (i & 1)) - 1.0);
        n += e * (stone_part ? matrix_rock(p + 0.004 * e) : crystals(p + 0.0015 * e));
    }
    return normalize(n);
}

vec3 surround(vec3 d) {
    vec3 c = mix(vec3(0.02, 0.015, 0.03), vec3(0.42, 0.38, 0.46), smoothstep(-0.3, 0.9, d.y));
    c += vec3(4.2, 3.7, 3.4) * smoothstep(0.70, 0.78, dot(d, normalize(vec3(-0.75, 0.75, 0.35))));
    c += vec3(3.2, 1.5, 0.7) * smoothstep(0.72, 0.84, dot(d, normalize(vec3(0.95, 0.15, -0.45))));
    return c + vec3(0.5, 0.9, 1.6) * smoothstep(0.70, 0.85, dot(d, normalize(vec3(0.4, 0.2, 0.95))));
}

vec3 render(vec2 uv) {
    float angle = 0.5 + 0.35 * sin(iTime * 0.35);
    vec3 ro = vec3(4.6 * sin(angle), 1.75, 4.6 * cos(angle)), aim = vec3(0.0, 0.62, 0.0);
    vec3 w = normalize(aim - ro), u = normalize(cross(w, vec3(0, 1, 0))), v = cross(u, w);
    vec3 rd = normalize(uv.x * u + uv.y * v + 3.1 * w);

    float halo = length(uv - vec2(-0.25, 0.25));
    vec3 back = mix(vec3(0.40, 0.20, 0.15), vec3(0.020, 0.013, 0.034), pow(smoothstep(0.0, 2.1, halo), 0.55));
    vec3 col = back;
    float t = 2.8, dc = 1.0, dr = 1.0;
    for (int i = 0; i < 80; i++) {
        vec3 p = ro + rd * t;
        dc = crystals(p);
        dr = matrix_rock(p);
        float d = min(dc, dr);
        if (d < 0.001 || t > 8.0) break;
        t += d;
    }
    vec3 p = ro + rd * t;
    if (t < 8.0 && dc < dr) {
        vec3 n = normal(p, false), inner = refract(rd, n, 1.0 / 1.54);
        float s = 0.03;
        for (int i = 0; i < 26; i++) {
            float d = -crystals(p + inner * s);
            if (d < 0.0015 || s > 2.5) break;
            s += max(d, 0.004);
        }
        vec3 q = p + inner * s, m = -normal(q, false);
        vec3 leave = refract(inner, m, 1.54);
        vec3 bounce = reflect(inner, m);
        bool trapped = dot(leave, leave) < 0.1;
        vec3 seen = trapped ? surround(bounce) * 0.8 : surround(leave);
        float depth = s * (trapped ? 1.6 : 1.0);

        // Colour gathers towards the tips; veils of tiny bubbles cloud the roots.
        float zone = smoothstep(-0.1, 1.1, p.y);
        vec3 density = (1.05 - stone * vec3(1.0, 0.6, 1.15)) * mix(0.4, 2.2, zone);
        vec3 body = seen * exp(-density * depth * (1.4 - 0.7 * clarity)) * 2.0;
        float veil = smoothstep(0.9, 0.0, p.y) * (0.35 + 0.65 * noise(p * 7.0)) * (1.0 - 0.6 * clarity);
        body = mix(body, mix(vec3(0.62, 0.56, 0.62), stone, 0.35) * (0.35 + 0.4 * max(n.y, 0.0)), veil);
        body += stone * stone * 0.16 * (0.5 + 0.5 * n.y);
        float f = 0.045 + 0.955 * pow(1.0 - max(dot(n, -rd), 0.0), 5.0);
        col = mix(body, surround(reflect(rd, n)), f);
    } else if (t < 8.0) {
        vec3 n = normal(p, true);
        float key = max(dot(n, normalize(vec3(-0.75, 0.75, 0.35))), 0.0);
        float ao = clamp(0.25 + crystals(p + n * 0.12) * 5.0, 0.0, 1.0);
        col = mix(vec3(0.050, 0.040, 0.045), vec3(0.19, 0.13, 0.10), noise(p * 14.0)) * (0.25 + 1.6 * key) * ao;
        col += stone * 0.9 * pow(noise(p * 31.0), 5.0) * ao;
    }
    return 1.0 - exp(-col * 1.9);
}

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec3 col = vec3(0.0);
    for (int i = 0; i < 2; i++) {
        vec2 jitter = vec2(0.25, -0.125) * (i == 0 ? 1.0 : -1.0);
        col += 0.5 * render((2.0 * (fragCoord + jitter) - iResolution.xy) / iResolution.y);
    }
    col = pow(col, vec3(1.0 / 2.2)) + (hash(fragCoord) - 0.5) / 120.0;
    fragColor = vec4(col, 1.0);
}
