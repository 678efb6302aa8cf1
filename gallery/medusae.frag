// Medusae
// Three moon jellies pulse upwards through a blue-green column of water.
// CC0 1.0: no rights reserved.

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

mat2 turn(float a) { return mat2(cos(a), sin(a), -sin(a), cos(a)); }

// One jelly in its own frame: bell above the origin, arms and tentacles trailing below it.
// Returns premultiplied light in rgb and coverage in a.
vec4 jelly(vec2 p, float seed, vec3 body, vec3 glow) {
    float beat = iTime * 1.9 + seed * 5.0;
    float squeeze = 0.5 + 0.5 * sin(beat + 0.5 * sin(beat));
    float wide = mix(0.50, 0.39, squeeze), tall = mix(0.30, 0.38, squeeze);
    vec4 o = vec4(0.0);

    // Tentacles: thin threads hung round the rim, each a wave that travels down.
    float below = max(-p.y, 0.0);
    for (int i = 0; i < 11; i++) {
        float k = (float(i) + 0.5) / 11.0, h = hash(vec2(i, seed * 40.0));
        float x = wide * 0.92 * sin((k - 0.5) * 3.0);
        x += (0.05 + 0.10 * below) * sin(below * (5.0 + 3.0 * h) - beat * 0.8 + h * 6.3) + 0.10 * (h - 0.5) * below;
        float len = 0.75 + 0.65 * h, w = 0.0045 + 0.004 * below;
        float thread = exp(-pow((p.x - x) / w, 2.0)) * smoothstep(len, 0.1, below) * smoothstep(0.03, -0.02, p.y);
        o.rgb += mix(body, glow, 0.4) * thread * 0.62;
    }
    // Oral arms: broad frilled ribbons from the middle.
    for (int i = 0; i < 4; i++) {
        float s = float(i) - 1.5;
        float x = s * (0.075 + 0.03 * below) + 0.055 * sin(below * 5.5 - beat * 0.7 + s * 1.3) * (0.3 + below);
        float frill = 0.05 * noise(vec2(p.y * 14.0 + s * 9.0, beat * 0.25)) + 0.03 * sin(p.y * 46.0 + s + noise(p * 8.0) * 5.0);
        float d = abs(p.x - x) - frill * smoothstep(0.85, 0.0, below) - 0.012;
        float ribbon = smoothstep(0.03, -0.02, d) * smoothstep(0.95, 0.05, below) * smoothstep(0.12, 0.0, p.y);
        float edge = exp(-pow(d / 0.014, 2.0)) * smoothstep(0.95, 0.05, below) * smoothstep(0.1, 0.0, p.y);
        o.rgb += body * ribbon * 0.16 + glow * edge * 0.30;
    }
    // The bell: a dome whose wall brightens where the eye looks along it.
    float lip = -0.035 - 0.055 * squeeze + 0.016 * cos(atan(p.x, 0.3) * 30.0);
    float v = clamp((p.y - lip) / (tall - lip), 0.0, 1.0);
    float half_width = wide * sqrt(max(1.0 - v * v, 0.0)) * (1.0 - 0.13 * (1.0 - v) * squeeze);
    float inside = half_width - abs(p.x);
    float dome = smoothstep(0.0, 0.016, inside) * step(lip, p.y) * step(p.y, tall);
    float u = clamp(p.x / max(half_width, 0.001), -1.0, 1.0);
    float wall = 1.0 - sqrt(max(1.0 - u * u, 0.0)) * (1.0 - v * v * 0.4);
    float canals = pow(0.5 + 0.5 * cos(asin(u) * 18.0), 6.0) * smoothstep(1.0, 0.3, v) * 0.5;
    float light = smoothstep(-0.2, 1.0, v + 0.45 * u);
    vec3 c = body * (0.06 + 0.85 * pow(wall, 1.6) + 0.42 * light * light) + glow * canals * 0.26;
    c += glow * 0.22 * pow(noise(vec2(asin(u) * 9.0, v * 7.0 + seed * 9.0)), 3.0);
    c += vec3(0.9, 1.0, 1.0) * 0.30 * exp(-dot(vec2(u - 0.35, v - 0.72) * vec2(2.2, 5.0), vec2(u - 0.35, v - 0.72) * vec2(2.2, 5.0)));
    for (int i = 0; i < 4; i++) {
        vec2 g = (p - vec2((float(i) - 1.5) * 0.115 * wide / 0.45, 0.125 + 0.02 * squeeze - 0.02 * abs(float(i) - 1.5))) * vec2(1.0, 1.25);
        float ring = abs(length(g) - 0.043 - 0.012 * noise(g * 40.0 + seed * 9.0));
        float open_end = smoothstep(-0.055, 0.02, g.y);
        c += glow * exp(-pow(ring / 0.013, 2.0)) * open_end * (0.42 - 0.10 * abs(float(i) - 1.5));
    }
    c += glow * exp(-pow((p.y - lip) / 0.012, 2.0)) * 0.7;
    o.rgb += c * dome;
    o.rgb += glow * 0.16 * exp(-dot(p - vec2(0.0, 0.12), p - vec2(0.0, 0.12)) * 6.0);
    o.a = dome * 0.5;
    return o;
}

vec3 place(vec3 water, vec2 uv, vec2 at, float size, float tilt, float seed, vec3 body, vec3 glow, float depth) {
    float beat = iTime * 1.9 + seed * 5.0;
    at += vec2(0.03 * sin(iTime * 0.4 + seed * 9.0), 0.030 * sin(beat - 1.1) + 0.02 * sin(iTime * 0.3 + seed));
    vec4 j = jelly(turn(tilt + 0.05 * sin(iTime * 0.5 + seed)) * (uv - at) / size, seed, body, glow);
    return water * (1.0 - j.a * depth) + j.rgb * depth;
}

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    vec3 col = mix(vec3(0.002, 0.010, 0.042), vec3(0.006, 0.115, 0.180), pow(smoothstep(-0.75, 0.65, uv.y + 0.18 * uv.x), 1.6));

    // Light shafts fan out from a point above the frame.
    vec2 s = uv - vec2(0.35, 1.15);
    float fan = s.x / -s.y;
    float shafts = noise(vec2(fan * 7.0 + iTime * 0.10, 1.0)) * noise(vec2(fan * 19.0 - iTime * 0.14, 4.0));
    col += vec3(0.05, 0.22, 0.24) * shafts * smoothstep(-0.6, 0.6, uv.y);

    for (int i = 0; i < 3; i++) {
        float f = 7.0 + 6.0 * float(i);
        vec2 g = uv * f + vec2(0.2 * sin(iTime * 0.2 + float(i)), -iTime * 0.12 * (1.0 + float(i)));
        vec2 at = 0.2 + 0.6 * vec2(hash(floor(g) + 3.0), hash(floor(g) + 9.0));
        col += vec3(0.20, 0.42, 0.42) * 0.6 * smoothstep(0.06, 0.0, length(fract(g) - at)) * hash(floor(g) + 15.0);
    }
    col = place(col, uv, vec2(0.66, 0.24), 0.30, -0.32, 0.71, vec3(0.16, 0.34, 0.52), vec3(0.32, 0.62, 0.78), 0.55);
    col = place(col, uv, vec2(-0.66, -0.02), 0.46, 0.26, 0.23, vec3(0.30, 0.30, 0.66), vec3(0.78, 0.50, 0.86), 0.85);
    col = place(col, uv, vec2(0.12, 0.10), 0.76, -0.13, 0.48, vec3(0.66, 0.36, 0.46), vec3(1.0, 0.62, 0.44), 1.0);

    col *= 1.0 - 0.30 * dot(uv, uv);
    col = 1.0 - exp(-col * 1.8);
    col = pow(col, vec3(1.0 / 2.1)) + (hash(fragCoord + 21.0) - 0.5) / 96.0;
    fragColor = vec4(col, 1.0);
}
