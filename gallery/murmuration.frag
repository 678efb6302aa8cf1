#version 300 es
// Murmuration
// Ten thousand starlings over the reed beds, one cloud that keeps changing its mind.
// CC0 1.0: no rights reserved.
precision highp float;
precision highp int;

uniform float u_time;
uniform vec2 u_resolution;
uniform float flock; // = 0.6 in [0.1, 1.0] "Size of the flock"
out vec4 outColor;

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

// How thick the flock is at p: folded sheets inside a drifting, stretching body.
float body(vec2 p) {
    float t = u_time * 0.55;
    vec2 c = vec2(0.12 * sin(t * 0.9) - 0.08, 0.23 + 0.03 * sin(t * 1.3));
    vec2 q = p - c;
    q.y += 0.11 * sin(q.x * 2.6 + t * 1.2) + 0.045 * sin(q.x * 6.1 - t * 1.9);
    q.x += 0.20 * sin(q.y * 4.0 - t);
    float waist = 0.150 + 0.075 * sin(q.x * 3.4 - t * 1.6) + 0.045 * sin(q.x * 7.7 + t * 2.2);
    float d = abs(q.y) / max(waist, 0.03) + pow(abs(q.x) / (0.42 + 0.34 * flock), 3.0);
    float folds = 0.55 + 0.45 * sin(q.x * 11.0 + q.y * 19.0 + 3.0 * sin(q.x * 4.0 - t * 2.0) - t * 3.4);
    float wisps = noise(q * 6.0 + vec2(t, -t)) * 0.7 + noise(q * 15.0 - t) * 0.4;
    return smoothstep(1.35, 0.25, d + 0.55 * (wisps - 0.5)) * (0.30 + 0.85 * folds);
}

// One layer of birds on a jittered lattice carried along by the flock's own flow.
float birds(vec2 p, float scale, float seed) {
    float t = u_time * 0.9;
    vec2 flow = 0.10 * vec2(sin(p.y * 5.0 + t), cos(p.x * 4.0 - t * 0.8)) + vec2(-u_time * 0.05, 0.0);
    vec2 g = (p + flow) * scale + seed * 17.0, cell = floor(g);
    float ink = 0.0;
    for (int j = 0; j <= 1; j++)
    for (int i = 0; i <= 1; i++) {
        vec2 k = cell + vec2(i, j) - step(fract(g), vec2(0.5));
        vec2 at = k + 0.5 + 0.42 * sin(u_time * (1.0 + hash(k)) + 6.2832 * vec2(hash(k + 3.0), hash(k + 9.0)));
        vec2 home = (at - seed * 17.0) / scale - flow;
        float here = step(hash(k + 21.0), body(home) * 1.25);
        vec2 d = g - at;
        float beat = sin(u_time * 13.0 + hash(k) * 40.0);
        d.y -= abs(d.x) * 0.55 * beat;
        float size = 0.17 + 0.10 * hash(k + 31.0);
        ink = max(ink, here * smoothstep(1.0, 0.45, length(d * vec2(1.0, 2.3)) / size));
    }
    return ink;
}

vec3 sky(vec2 p) {
    float h = clamp(p.y, -0.2, 1.0);
    vec3 c = mix(vec3(1.00, 0.56, 0.26), vec3(0.93, 0.42, 0.36), smoothstep(-0.12, 0.12, h));
    c = mix(c, vec3(0.52, 0.40, 0.52), smoothstep(0.08, 0.34, h));
    c = mix(c, vec3(0.16, 0.26, 0.42), smoothstep(0.28, 0.72, h));
    float bands = noise(vec2(p.x * 1.3 + 0.02 * u_time, p.y * 11.0)) * 0.6 + noise(vec2(p.x * 3.1 + 4.0, p.y * 27.0)) * 0.4;
    bands = smoothstep(0.50, 0.85, bands) * smoothstep(-0.05, 0.1, h) * smoothstep(0.62, 0.25, h);
    c = mix(c, vec3(0.98, 0.66, 0.48), bands * 0.55);
    float sun = length(p - vec2(0.46, -0.040));
    c += vec3(1.0, 0.50, 0.14) * 0.42 * exp(-sun * 4.2);
    return mix(c, vec3(1.25, 0.92, 0.52), smoothstep(0.062, 0.057, sun));
}

void main() {
    vec2 p = (gl_FragCoord.xy - 0.5 * u_resolution) / u_resolution.y + vec2(0.0, 0.08);
    float shore = -0.150, water = shore - p.y;
    vec2 q = p;
    float wet = step(0.0, water);
    if (wet > 0.5) {
        float ripple = noise(vec2(p.x * 7.0, 0.9 / (water + 0.03) * 1.6 + u_time * 0.8)) - 0.5;
        q = vec2(p.x + 0.012 * ripple, shore + water * 1.15 + 0.05 * ripple * (0.15 + water));
    }
    vec3 col = sky(q);
    float haze = body(q);
    col = mix(col, vec3(0.16, 0.12, 0.18), 0.34 * haze);
    float ink = max(birds(q, 62.0, 1.0), max(birds(q, 88.0, 2.0) * 0.92, birds(q, 44.0, 3.0)));
    col = mix(col, vec3(0.055, 0.045, 0.075), ink * 0.93);

    // Far trees on the opposite bank, then the reflection's own darkening.
    float trees = shore + 0.012 + 0.022 * noise(vec2(q.x * 9.0, 2.0)) + 0.014 * noise(vec2(q.x * 37.0, 5.0));
    col = mix(col, vec3(0.20, 0.12, 0.15), smoothstep(0.003, -0.001, q.y - trees) * 0.92);
    col = mix(col, col * vec3(0.70, 0.72, 0.82), wet);
    col += vec3(1.0, 0.72, 0.45) * 0.12 * smoothstep(0.006, 0.0, abs(water)) ;

    // Reeds in the foreground lean with the evening wind.
    for (int k = 0; k < 2; k++) {
        float dense = k == 0 ? 46.0 : 27.0, foot = k == 0 ? -0.46 : -0.52;
        float lean = 0.030 * sin(u_time * 0.9 + p.x * 3.0) * (p.y - foot);
        float x = (p.x - lean * 2.0) * dense, id = floor(x), f = fract(x) - 0.5;
        float rise = 0.10 + 0.17 * hash(vec2(id, k)) + 0.10 * noise(vec2(p.x * 2.0, 4.0 + float(k))) * smoothstep(0.1, 0.9, abs(p.x + 0.15));
        float u = (p.y - foot) / rise, bend = 0.9 * (hash(vec2(id, k + 7)) - 0.5) * u * u;
        float w = 0.16 * (1.0 - 0.75 * u) + 0.17 * smoothstep(0.14, 0.0, abs(u - 0.86)) * step(0.5, hash(vec2(id, k + 3)));
        float reed = smoothstep(w + 0.07, w - 0.02, abs(f - bend)) * step(u, 1.0);
        col = mix(col, k == 0 ? vec3(0.125, 0.080, 0.095) : vec3(0.045, 0.034, 0.050), reed);
    }
    col *= 1.03 - 0.24 * dot(p * vec2(0.7, 1.0), p * vec2(0.7, 1.0));
    outColor = vec4(col + (hash(gl_FragCoord.xy) - 0.5) / 90.0, 1.0);
}
