// Paper valley
// Nine sheets cut by hand and stacked with spacers: hills, a river, birds, a paper sun.
// CC0 1.0: no rights reserved.
#ifdef GL_ES
precision highp float;
#endif

uniform vec2 u_resolution;
uniform vec2 u_mouse;
uniform float u_time;
uniform float hour; // = 0.18 in [0.0, 1.0] "Hour of the day"

// Scrambles lattice points with two irrational steps; plain GLSL ES 1.00 has no integer bits to mix.
float hash(vec2 p) {
    p = fract(p * vec2(0.7548777, 0.5698403) + vec2(0.31, 0.73));
    p = fract((p + p.yx * vec2(1.37, 2.11)) * vec2(61.7, 83.3));
    return fract((p.x + 1.7) * (p.y + 2.3) * 47.9);
}

float noise(vec2 p) {
    vec2 i = floor(p), f = p - i;
    f = f * f * (3.0 - 2.0 * f);
    return mix(mix(hash(i), hash(i + vec2(1.0, 0.0)), f.x),
               mix(hash(i + vec2(0.0, 1.0)), hash(i + vec2(1.0, 1.0)), f.x), f.y);
}

// The cut edge of sheet i: a hill line with firs on the nearer sheets.
float cut(float x, float i) {
    float h = 0.085 - 0.070 * i;
    h += (0.115 - 0.007 * i) * (noise(vec2(x * (1.25 + 0.22 * i) + i * 17.0, i)) - 0.5) * 2.0;
    h += 0.028 * (noise(vec2(x * 5.0 + i * 31.0, i + 0.5)) - 0.5);
    float side = x * (mod(i, 2.0) < 0.5 ? 1.0 : -1.0);
    h += 0.16 * smoothstep(0.1, 1.0, side) * step(1.5, i);
    if (i > 3.5) {
        float f = x * (11.0 - i) * 1.9 + i * 3.3, k = floor(f);
        float tall = (0.045 + 0.075 * hash(vec2(k, i))) * step(0.45, hash(vec2(k, i + 9.0))) * smoothstep(0.15, 0.5, abs(x) - 0.10);
        // A fir in outline: three tiers of branches, each with an overhanging hem.
        float u = abs(fract(f) - 0.5) * 2.0, tier = fract((1.0 - u) * 3.0);
        h += tall * (1.0 - u) * (0.70 + 0.45 * tier) * step(u, 0.94);
    }
    return h;
}

vec3 sheet(float i) {
    vec3 dawn = mix(vec3(1.00, 0.74, 0.56), vec3(0.82, 0.33, 0.32), smoothstep(0.0, 3.5, i));
    dawn = mix(dawn, vec3(0.22, 0.13, 0.28), smoothstep(2.5, 7.0, i));
    vec3 noon = mix(vec3(0.80, 0.88, 0.80), vec3(0.03, 0.30, 0.31), i / 7.0);
    vec3 dusk = mix(vec3(0.66, 0.56, 0.74), vec3(0.10, 0.10, 0.25), i / 7.0);
    return hour < 0.5 ? mix(dawn, noon, hour * 2.0) : mix(noon, dusk, hour * 2.0 - 1.0);
}

void main() {
    vec2 p = (gl_FragCoord.xy - 0.5 * u_resolution) / u_resolution.y;
    float px = 1.0 / u_resolution.y;
    vec2 light = vec2(-0.75, 0.66);
    float sway = 0.12 * sin(u_time * 0.5);

    // Back card with a sun cut in three rings.
    vec3 sky = mix(vec3(1.0, 0.91, 0.78), sheet(0.0) * 1.08, 0.42 + 0.55 * p.y);
    vec3 col = sky;
    vec2 s = p - vec2(-0.22 + 0.2 * sway, 0.17);
    for (int k = 0; k < 3; k++) {
        float r = 0.255 - 0.062 * float(k) + 0.004 * sin(u_time * 0.8 + float(k));
        float sh = smoothstep(0.030, -0.012, length(s + light * -0.014) - r);
        col *= 1.0 - 0.12 * sh;
        float m = smoothstep(px, -px, length(s) - r);
        col = mix(col, mix(vec3(0.99, 0.66, 0.40), vec3(1.0, 0.90, 0.66), float(k) / 2.0), m);
    }

    // Paper birds: two folded wings each, beating slowly.
    for (int k = 0; k < 5; k++) {
        float i = float(k);
        vec2 b = p - vec2(mod(0.19 * i + u_time * 0.045 + 0.3 * hash(vec2(i, 2.0)), 1.5) - 0.55, 0.235 + 0.045 * sin(i * 2.4) + 0.012 * sin(u_time + i));
        b /= 0.020 + 0.010 * hash(vec2(i, 5.0));
        float wing = 0.55 * abs(b.x) * (0.65 + 0.55 * sin(u_time * 4.0 + i * 1.9)) - 0.10 * b.x * b.x;
        float d = abs(b.y - wing) - 0.17 * (1.0 - abs(b.x) / 1.7);
        float m = smoothstep(0.05, -0.05, d) * step(abs(b.x), 1.7);
        col = mix(col, mix(vec3(0.30, 0.14, 0.18), vec3(0.48, 0.22, 0.22), step(0.0, b.x)), m);
    }

    // The hills, back to front; each throws a soft shadow on the sheet behind.
    for (int k = 0; k < 8; k++) {
        float i = float(k), drift = sway * 0.06 * i + (u_mouse.x / u_resolution.x - 0.5) * 0.03 * i;
        float x = p.x + drift;
        float gap = 0.010 + 0.0045 * i;
        float sh = cut(x - light.x * gap, i) + light.y * gap * 0.6;
        col *= 1.0 - 0.36 * smoothstep(0.030, -0.020, p.y - sh - 0.004);
        float d = p.y - cut(x, i);
        float m = smoothstep(px, -px, d);
        vec3 c = sheet(i);
        c *= 0.965 + 0.07 * noise(vec2(x * 210.0, p.y * 210.0) + i * 9.0) - 0.03 * noise(p * 34.0 + i);
        c = mix(c, c * 1.20 + 0.05, smoothstep(0.0055, 0.0020, -d) * 0.85);
        c *= 1.0 + 0.22 * smoothstep(0.20, 0.0, -d) - 0.12 * smoothstep(0.0, 0.4, -d);
        col = mix(col, c, m);

        // A river of white paper winds down between the fourth and fifth sheets.
        if (k == 3) {
            float y = -p.y + 0.12, bend = 0.10 * sin(y * 9.0) / (1.0 + y) + 0.05;
            float w = 0.010 + 0.16 * y * y + 0.04 * y;
            float r = abs(x - bend) - w;
            float low = smoothstep(px, -px, d + 0.035);
            col *= 1.0 - 0.30 * smoothstep(0.02, -0.01, r) * low;
            vec3 water = mix(vec3(0.86, 0.93, 0.92), sheet(0.0), 0.25) * (0.96 + 0.05 * sin(y * 90.0 + 8.0 * x - u_time * 2.0));
            col = mix(col, water, smoothstep(px, -px, r) * low);
        }
    }
    col *= 1.02 - 0.30 * dot(p * vec2(0.75, 0.95), p * vec2(0.75, 0.95));
    col += (hash(gl_FragCoord.xy) - 0.5) / 70.0;
    gl_FragColor = vec4(col, 1.0);
}
