// Koi
// Six carp circle under lily pads; their backs catch the light, their shadows lie on the mud.
// CC0 1.0: no rights reserved.

uniform float hunger; // = 0.5 in [0.1, 1.5] "Hunger"
uniform vec3 pond; // = vec3(0.020, 0.115, 0.105) color "Pond"

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

vec2 path(float i, float t) {
    t = t * hunger * 0.9 + i * 11.3;
    float r = 0.30 + 0.055 * i;
    return vec2((r + 0.42) * cos(t * (0.50 + 0.035 * i) + i), 0.78 * r * sin(t * (0.57 + 0.03 * i) + i * 1.7))
         + 0.09 * vec2(sin(t * 1.1), cos(t * 0.9));
}

// Half width of the body at s (0 nose, 1 root of the tail).
float girth(float s) { return 0.175 * pow(max(s, 0.0), 0.46) * (1.0 - 0.86 * smoothstep(0.30, 1.05, s)); }

// One fish in body coordinates: x from nose to tail, y across. Returns colour and coverage.
vec4 koi(vec2 q, float i, float beat) {
    float s = q.x, swing = 0.085 * s * s * sin(4.2 * s - beat) + 0.02 * sin(beat * 0.5);
    float y = q.y - swing, w = girth(s);
    float body = (abs(y) - w) * 0.9 + step(s, 0.0) + 10.0 * step(1.02, s);
    body = s < 0.0 ? length(vec2(s, y)) : body;

    // Tail: two soft lobes that lag behind the body. Pectorals: fans folded along the flank.
    float u = (s - 0.93) / 0.42, lag = y - 0.07 * u * sin(3.4 - beat - 1.2 * u);
    float fork = abs(abs(lag) - 0.085 * u) - 0.065 * u * (1.25 - u) - 0.012;
    float tail = u > 0.0 && u < 1.0 ? fork : 1.0;
    vec2 p = vec2(s - 0.27, abs(y) - 0.085);
    float row = 0.25 * sin(beat * 0.7 + sign(y));
    p = mat2(cos(0.9 + row), -sin(0.9 + row), sin(0.9 + row), cos(0.9 + row)) * p;
    float fin = length(vec2(p.x - 0.10, p.y * 2.6)) - 0.105;
    float px = 0.012;

    vec3 white = vec3(0.96, 0.93, 0.87), red = vec3(0.93, 0.22, 0.05), ink = vec3(0.05, 0.05, 0.07);
    float k = hash(vec2(i, 7.0));
    float blot = noise(vec2(s * 4.2 + i * 9.0, y * 6.0 + i)) + 0.25 * noise(vec2(s * 13.0, y * 15.0 + i));
    vec3 c = mix(white, red, smoothstep(0.60, 0.66, blot + 0.12 * k) * step(0.12, k));
    c = mix(c, vec3(0.98, 0.62, 0.12), step(k, 0.12));
    c = mix(c, ink, smoothstep(0.80, 0.86, noise(vec2(s * 7.0 - i * 5.0, y * 9.0)) + 0.16 * step(0.6, k)));
    float v = y / max(w, 0.01);
    float round_off = sqrt(max(1.0 - v * v, 0.0));
    vec2 sc = vec2(s * 34.0, asin(clamp(v, -1.0, 1.0)) * 6.5);
    sc.x += 0.5 * mod(floor(sc.y), 2.0);
    float scale = smoothstep(0.62, 0.30, length(fract(sc) - vec2(0.35, 0.5))) * smoothstep(0.14, 0.3, s);
    c *= 0.42 + 0.62 * round_off - 0.10 * scale * round_off;
    c += vec3(0.7, 0.85, 0.9) * 0.22 * pow(max(1.0 - abs(v - 0.30) * 2.6, 0.0), 2.0) * (0.5 + 0.5 * scale);
    c *= 1.0 - 0.35 * smoothstep(0.022, 0.0, abs(y)) * smoothstep(0.25, 0.4, s) * smoothstep(0.8, 0.6, s);
    c = mix(c, ink, smoothstep(0.016, 0.008, length(vec2(s - 0.085, abs(y) - 0.058))));
    vec3 veil = mix(white, red, 0.25 * k) * (0.55 + 0.30 * sin(atan(p.y, p.x) * 30.0));
    vec3 trail = mix(white, red, 0.35 * k) * (0.55 + 0.25 * sin(lag / max(u + 0.2, 0.1) * 130.0));

    float m_fin = smoothstep(px, -px, fin) * 0.55, m_tail = smoothstep(px, -px, tail) * (0.85 - 0.55 * u), m_body = smoothstep(px, -px, body);
    vec4 o = vec4(veil, 1.0) * m_fin;
    o = mix(o, vec4(trail, 1.0), m_tail);
    return mix(o, vec4(c, 1.0), m_body);
}

vec2 in_body(vec2 p, float i) {
    vec2 c = path(i, iTime), f = normalize(path(i, iTime + 0.06) - c);
    float size = 0.36 + 0.13 * hash(vec2(i, 3.0));
    return vec2(-dot(p - c, f), dot(p - c, vec2(-f.y, f.x))) / size + vec2(0.4, 0.0);
}

vec4 swim(vec2 p, float i) {
    vec2 q = in_body(p, i);
    if (q.x < -0.15 || q.x > 1.45 || abs(q.y) > 0.45) return vec4(0.0);
    return koi(q, i, iTime * (3.2 + 2.2 * hunger) + i * 2.0);
}

// Lily pads: place and radius.
const vec3 PADS[5] = vec3[5](vec3(-0.74, -0.33, 0.19), vec3(-0.49, -0.44, 0.12), vec3(0.73, 0.34, 0.23), vec3(0.84, 0.05, 0.10), vec3(0.45, 0.43, 0.11));

// A disc with a notch, radial veins and a pale rim.
vec4 pad(vec2 q, float r, float notch, float px) {
    float l = length(q), a = atan(q.y, q.x) - notch;
    float wedge = 0.16 * l - abs(sin(a)) * l + step(cos(a), 0.0) * -9.0;
    float d = max(l - r * (1.0 + 0.02 * sin(a * 9.0)), wedge);
    float vein = pow(abs(cos(a * 8.0)), 30.0) * smoothstep(0.05, 0.3, l / r);
    vec3 c = mix(vec3(0.10, 0.30, 0.10), vec3(0.27, 0.46, 0.14), 0.5 + 0.5 * dot(q / r, vec2(-0.5, 0.7)));
    c *= 0.85 + 0.25 * noise(q * 22.0) + 0.22 * vein;
    c = mix(c, vec3(0.52, 0.44, 0.22), smoothstep(0.90, 1.0, l / r) * 0.6);
    return vec4(c, smoothstep(px, -px, d));
}

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    float px = 1.2 / iResolution.y;

    // Rings from a few drops spread and fade; they bend everything beneath.
    vec2 bend = vec2(0.0);
    for (int k = 0; k < 4; k++) {
        float t = iTime * 0.42 + float(k) * 0.25, n = floor(t), age = fract(t);
        vec2 at = (vec2(hash(vec2(n, k)), hash(vec2(n, k + 9))) - 0.5) * vec2(1.6, 0.9);
        vec2 d = p - at;
        float l = max(length(d), 0.001), x = l - age * 0.55;
        bend += d / l * sin(x * 95.0) * exp(-x * x * 900.0) * (1.0 - age) * (1.0 - age);
    }
    vec2 q = p + bend * 0.012 + 0.004 * vec2(sin(p.y * 21.0 + iTime), cos(p.x * 17.0 - iTime * 1.2));

    // Mud, drowned leaves, and a broad wash of light.
    float silt = noise(q * 3.0) * 0.6 + noise(q * 9.0 + 4.0) * 0.3 + noise(q * 40.0) * 0.1;
    vec3 col = pond * (0.45 + 1.0 * silt) * (0.65 + 0.7 * smoothstep(1.0, -0.3, length(p - vec2(-0.45, 0.35))));
    float web = abs(noise(q * 5.0 + vec2(iTime * 0.25, 0.0)) - noise(q * 5.6 - vec2(0.0, iTime * 0.22) + 7.0));
    col += vec3(0.10, 0.24, 0.18) * pow(1.0 - web, 10.0) * 0.30;

    for (int i = 0; i < 6; i++) {
        vec2 b = in_body(q - vec2(0.045, -0.065), float(i));
        float w = girth(b.x) + 0.10 * smoothstep(0.85, 1.3, b.x);
        col *= 1.0 - 0.62 * smoothstep(0.05, -0.04, abs(b.y) - w) * step(0.0, b.x) * smoothstep(1.40, 0.85, b.x);
    }
    for (int i = 0; i < 6; i++) {
        vec4 f = swim(q, float(i));
        float deep = 0.12 + 0.10 * hash(vec2(i, 5));
        col = mix(col, mix(f.rgb / max(f.a, 0.001), pond * 2.2, deep) * 0.92, f.a);
    }
    for (int i = 0; i < 5; i++) {
        vec2 at = PADS[i].xy + 0.006 * sin(iTime + float(i) + vec2(0, 2));
        col *= 1.0 - 0.55 * smoothstep(0.03, -0.02, length(p - at - vec2(0.030, -0.042)) - PADS[i].z);
        vec4 leaf = pad(p - at, PADS[i].z, float(i) * 1.2 + 0.6, px);
        col = mix(col, leaf.rgb, leaf.a);
    }

    // One water lily on the large pad.
    vec2 f = p - vec2(0.70, 0.37);
    float a = atan(f.y, f.x), l = length(f);
    for (int k = 0; k < 3; k++) {
        float r = 0.095 - 0.026 * float(k), petal = r * (0.62 + 0.38 * pow(abs(cos(a * 4.0 + float(k) * 0.8)), 0.7));
        vec3 c = mix(vec3(0.98, 0.72, 0.78), vec3(1.0, 0.96, 0.94), l / r) * (0.72 + 0.12 * float(k) + 0.10 * cos(a * 4.0 + float(k) * 0.8));
        col *= 1.0 - 0.35 * smoothstep(0.016, 0.0, l - petal) * step(petal, l);
        col = mix(col, c, smoothstep(px, -px, l - petal));
    }
    col = mix(col, vec3(0.98, 0.74, 0.20) * (0.8 + 0.3 * noise(f * 300.0)), smoothstep(px, -px, l - 0.020));

    // The sky in the surface.
    col += vec3(0.55, 0.70, 0.75) * max(dot(bend, vec2(-0.6, 0.8)), 0.0) * 0.34;
    col += vec3(0.06, 0.09, 0.10) * smoothstep(0.45, 0.75, noise(p * vec2(1.6, 2.6) + vec2(iTime * 0.05, 3.0))) * 0.8;
    col *= 1.05 - 0.32 * dot(p, p);
    col = 1.0 - exp(-col * 1.55);
    fragColor = vec4(pow(col, vec3(1.0 / 1.7)) + (hash(fragCoord) - 0.5) / 120.0, 1.0);
}
