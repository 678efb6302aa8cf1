#version 300 es
// Circuit city
// A board of chips at night, walked cell by cell: gold traces carry the traffic, windows keep office hours.
// CC0 1.0: no rights reserved.
precision highp float;
precision highp int;

uniform float u_time;
uniform vec2 u_resolution;
uniform float density; // = 0.7 in [0.2, 1.0] "Density"
uniform vec3 board; // = vec3(0.006, 0.040, 0.042) color "Board"
out vec4 colour;

float hash(vec2 p) {
    uvec2 q = uvec2(ivec2(floor(p))) * uvec2(0x9E3779B1u, 0x85EBCA77u);
    uint h = (q.x ^ (q.y >> 3)) * 0xC2B2AE3Du;
    h = (h ^ (h >> 15)) * 0x27D4EB2Fu;
    return float((h ^ (h >> 13)) >> 8) / 16777216.0;
}

// Height of the block in a cell. Every fourth row and column is a street.
float block_height(vec2 cell) {
    vec2 s = mod(cell, 4.0);
    if (s.x < 0.5 || s.y < 0.5) return 0.0;
    float k = hash(cell + 11.0), district = hash(floor(cell / 4.0) + 3.0);
    if (k > density) return 0.0;
    return 0.25 + 2.6 * district * district * hash(cell + 29.0) + 0.5 * k;
}

// Street level: gold traces on green board, pulses of light running along them.
vec3 street(vec2 p) {
    vec2 cell = floor(p), s = mod(cell, 4.0), f = fract(p) - 0.5;
    vec3 c = board * (0.75 + 0.5 * hash(cell * 3.0));
    float w = 0.5 * fwidth(p.x) + 0.5 * fwidth(p.y);
    for (int axis = 0; axis < 2; axis++) {
        bool on = axis == 0 ? s.y < 0.5 : s.x < 0.5;
        if (!on) continue;
        float across = axis == 0 ? f.y : f.x, along = axis == 0 ? p.x : p.y, lane_id = axis == 0 ? cell.y : cell.x;
        for (int l = -1; l <= 1; l++) {
            float o = across - float(l) * 0.24;
            float copper = smoothstep(0.055 + w, 0.055 - w, abs(o));
            c = mix(c, vec3(0.23, 0.115, 0.025), copper * 0.75);
            float way = mod(float(l) + lane_id, 2.0) < 0.5 ? 1.0 : -1.0;
            float speed = 1.1 + 1.6 * hash(vec2(lane_id, float(l) + 7.0));
            float run = along * 0.22 - way * u_time * speed * 0.22 + hash(vec2(lane_id, float(l))) * 5.0;
            float head = fract(-run * way), gate = step(0.35, hash(vec2(floor(-run * way), lane_id + float(l) * 3.0)));
            float pulse = gate * exp(-head * 9.0) * smoothstep(0.0, 0.02, head);
            vec3 tint = way > 0.0 ? vec3(1.0, 0.74, 0.36) : vec3(1.0, 0.16, 0.10);
            if (l == 0) tint = vec3(0.25, 0.95, 1.0);
            c += tint * pulse * (2.6 * smoothstep(0.07 + w, 0.03, abs(o)) + 0.35 * exp(-abs(o) * 9.0));
        }
    }
    // Solder pads where a lot stands empty.
    if (s.x > 0.5 && s.y > 0.5) {
        float r = length(f);
        c = mix(c, vec3(0.16, 0.13, 0.08), smoothstep(0.20 + w, 0.20 - w, r) * smoothstep(0.09 - w, 0.09 + w, r));
        c = mix(c, vec3(0.18, 0.10, 0.02), smoothstep(0.022 + w, 0.022 - w, abs(f.x + f.y)) * step(0.19, r));
    }
    return c;
}

vec3 wall(vec3 p, vec2 cell, vec3 n) {
    float side = abs(n.x) > 0.5 ? fract(p.z) : fract(p.x);
    vec2 g = vec2(side * 7.0, p.y * 8.0), id = floor(g), f = fract(g) - 0.5;
    float k = hash(id + cell * 17.0 + n.xz * 5.0);
    vec2 d = abs(f) - vec2(0.30, 0.26), w = fwidth(g) * 0.7;
    float pane = smoothstep(w.x, -w.x, d.x) * smoothstep(w.y, -w.y, d.y);
    pane = mix(pane, 0.32, smoothstep(0.5, 1.3, max(w.x, w.y)));
    float flick = 0.5 + 0.5 * sin(u_time * (0.3 + k) + k * 60.0);
    float lit = step(0.55, k) * (0.45 + 0.55 * flick);
    vec3 tint = mix(vec3(1.0, 0.62, 0.26), vec3(0.55, 0.85, 1.0), step(0.88, k));
    vec3 body = mix(vec3(0.010, 0.013, 0.022), vec3(0.022, 0.020, 0.028), hash(cell));
    body *= 0.55 + 0.5 * max(dot(n, normalize(vec3(-0.7, 0.5, -0.4))), 0.0);
    body += vec3(0.42, 0.22, 0.06) * exp(-p.y * 6.0) * 0.55;
    return body + tint * lit * pane * (0.55 + 0.9 * hash(id + cell));
}

vec3 roof(vec3 p, vec2 cell) {
    vec2 f = fract(p.xz) - 0.5;
    vec3 c = mix(vec3(0.012, 0.017, 0.026), vec3(0.030, 0.027, 0.034), hash(cell + 5.0));
    float w = fwidth(p.x) + fwidth(p.z);
    float rim = max(abs(f.x), abs(f.y));
    c = mix(c, c * 2.6 + 0.01, smoothstep(0.36 - w, 0.36, rim));
    vec2 pins = abs(fract(f * 9.0) - 0.5);
    c = mix(c, vec3(0.30, 0.17, 0.045), step(0.22, hash(cell + 41.0)) * smoothstep(0.30, 0.20, max(pins.x, pins.y)) * step(rim, 0.30) * step(0.20, rim));
    float mark = length(f - vec2(-0.12, 0.12));
    c = mix(c, vec3(0.10, 0.12, 0.14), smoothstep(0.05 + w, 0.05, mark) * 0.7);
    float beacon = step(0.80, hash(cell + 61.0)) * (0.35 + 0.65 * smoothstep(0.75, 1.0, sin(u_time * 3.0 + hash(cell) * 30.0)));
    return c + vec3(1.0, 0.12, 0.08) * beacon * exp(-dot(f, f) * 260.0) * 2.4;
}

vec3 march(vec2 uv) {
    // An isometric camera that slides along the main street.
    vec3 dir = normalize(vec3(0.62, -0.62, 0.50));
    vec3 right = normalize(vec3(dir.z, 0.0, -dir.x)), up = cross(dir, right);
    vec3 ro = vec3(u_time * 0.30, 0.0, u_time * 0.22 + 4.0) + (right * uv.x + up * uv.y) * 3.5;
    ro += dir * (3.4 - ro.y) / dir.y;

    vec2 cell = floor(ro.xz), inv = 1.0 / dir.xz;
    vec2 next = (cell + 1.0 - ro.xz) * inv;
    float ground = -ro.y / dir.y;
    for (int i = 0; i < 40; i++) {
        float h = block_height(cell), leave = min(next.x, next.y);
        if (h > 0.0) {
            vec2 lo = cell + 0.10, hi = cell + 0.90;
            vec2 t0 = (lo - ro.xz) / dir.xz, t1 = (hi - ro.xz) / dir.xz;
            float tin = max(max(t0.x, t0.y), (h - ro.y) / dir.y), tout = min(t1.x, t1.y);
            if (tin < tout && tin < ground) {
                vec3 p = ro + dir * tin;
                vec3 c;
                if (p.y > h - 0.002) c = roof(p, cell);
                else c = wall(p, cell, t0.x > t0.y ? vec3(-1, 0, 0) : vec3(0, 0, -1));
                return c + vec3(0.010, 0.022, 0.040) * p.y;
            }
        }
        if (leave > ground) break;
        if (next.x < next.y) { next.x += inv.x; cell.x += 1.0; }
        else { next.y += inv.y; cell.y += 1.0; }
    }
    vec3 p = ro + dir * ground;
    // Blocks around darken the ground a little.
    float crowd = 0.0;
    for (int k = 0; k < 4; k++) {
        vec2 o = vec2(k < 2 ? 0.45 : -0.45, (k & 1) == 0 ? 0.45 : -0.45);
        crowd += min(block_height(floor(p.xz + o)), 1.0);
    }
    return street(p.xz) * (1.0 - 0.13 * crowd);
}

void main() {
    vec2 uv = (2.0 * gl_FragCoord.xy - u_resolution) / u_resolution.y;
    vec3 c = vec3(0.0);
    for (int i = 0; i < 2; i++) {
        vec2 jitter = (vec2(float(i), 1.0 - float(i)) - 0.5) / u_resolution.y;
        c += 0.5 * march(uv + jitter);
    }
    c += vec3(0.004, 0.012, 0.020) * smoothstep(-0.6, 1.1, uv.y);
    c *= 1.0 - 0.22 * dot(uv * 0.8, uv * 0.8);
    c = 1.0 - exp(-c * 1.9);
    colour = vec4(pow(c, vec3(1.0 / 2.1)) + (hash(gl_FragCoord.xy) - 0.5) / 120.0, 1.0);
}
