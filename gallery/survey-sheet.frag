// Survey sheet
// A hill map drawn from noise: contours, hachured shade, woods, a lake, and a tide that comes and goes.
// CC0 1.0: no rights reserved.
precision highp float;
precision highp int;

uniform vec2 u_resolution;
uniform float u_time;
uniform float sea_level; // = 0.34 in [0.15, 0.6] "Sea level"
uniform float interval; // = 0.026 in [0.015, 0.06] step 0.001 "Contour interval"
out vec4 fragment;

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

float height(vec2 p) {
    float v = 0.0, a = 0.5;
    vec2 q = p + 0.35 * vec2(noise(p * 0.9 + 4.0), noise(p * 0.9 + 9.0));
    for (int i = 0; i < 6; i++) {
        float n = noise(q);
        v += a * (i < 2 ? n : n * (0.35 + v));
        q = mat2(1.55, 1.20, -1.20, 1.55) * q + 2.7;
        a *= 0.46;
    }
    return v;
}

// A contour line of constant width on paper, whatever the slope.
float contour(float h, float every, float width, float rate) {
    float f = abs(fract(h / every + 0.5) - 0.5) * every;
    return smoothstep(width + 0.7, width - 0.4, f / max(rate, 1e-6));
}

void main() {
    vec2 v = (gl_FragCoord.xy - 0.5 * u_resolution) / u_resolution.y;
    float scale = 2.6 / u_resolution.y;
    vec2 p = v * 2.6 + vec2(7.3 + u_time * 0.035, 3.1);
    float e = 0.006, h = height(p);
    vec2 grad = vec2(height(p + vec2(e, 0.0)) - h, height(p + vec2(0.0, e)) - h) / e;
    float rate = max(length(grad), 0.02) * scale;
    float level = sea_level + 0.012 * sin(u_time * 0.9);
    float dry = h - level;

    // Layer tints under a north-west light.
    vec3 paper = vec3(0.955, 0.930, 0.865);
    float up = clamp(dry / 0.42, 0.0, 1.0);
    vec3 land = mix(vec3(0.800, 0.850, 0.700), vec3(0.945, 0.890, 0.720), smoothstep(0.0, 0.30, up));
    land = mix(land, vec3(0.880, 0.720, 0.560), smoothstep(0.28, 0.60, up));
    land = mix(land, vec3(0.960, 0.945, 0.930), smoothstep(0.62, 0.95, up));
    vec3 n = normalize(vec3(-grad * 0.62, 1.0));
    float light = dot(n, normalize(vec3(-0.60, 0.62, 0.62)));
    land *= 0.62 + 0.58 * smoothstep(0.05, 1.0, light);
    land = mix(land, land * vec3(0.80, 0.78, 0.90), smoothstep(0.55, 0.1, light) * 0.6);

    // Woods: a stipple of crowns on the middle slopes.
    float wood = smoothstep(0.50, 0.60, noise(p * 1.7 + 20.0)) * smoothstep(0.03, 0.07, dry) * smoothstep(0.24, 0.17, dry);
    vec2 g = p * 34.0, cell = floor(g), f = fract(g) - 0.5 - 0.4 * (vec2(hash(cell), hash(cell + 9.0)) - 0.5);
    float crown = smoothstep(0.34, 0.22, length(f)) * step(0.25, hash(cell + 3.0));
    land = mix(land, vec3(0.560, 0.690, 0.480), wood * 0.55);
    land = mix(land, vec3(0.235, 0.405, 0.290), wood * crown * (0.55 + 0.45 * smoothstep(-0.2, 0.25, f.y - f.x)));

    // Contours, every fifth one heavier.
    vec3 brown = vec3(0.530, 0.300, 0.170);
    land = mix(land, brown, 0.60 * contour(dry, interval, 0.45, rate));
    land = mix(land, brown * 0.8, 0.85 * contour(dry, interval * 5.0, 0.95, rate));

    // Water: depth tints and shore lines that lap outwards.
    float depth = max(-dry, 0.0);
    vec3 water = mix(vec3(0.730, 0.870, 0.890), vec3(0.330, 0.570, 0.700), smoothstep(0.0, 0.16, depth));
    float lap = contour(depth - 0.004 * u_time, 0.011, 0.40, rate) * smoothstep(0.065, 0.0, depth);
    water = mix(water, vec3(0.190, 0.420, 0.560), 0.65 * lap);
    vec3 col = mix(water, land, smoothstep(-rate, rate, dry));
    col = mix(col, vec3(0.120, 0.290, 0.400), smoothstep(1.6, 0.6, abs(dry) / rate));

    // A road keeps to one height where it can; a dashed path climbs over the saddle.
    float road = height(p * 0.55 + 31.0) - 0.43, rr = length(vec2(dFdx(road), dFdy(road)));
    float road_px = abs(road) / max(rr, 1e-6), on_land = smoothstep(0.004, 0.008, dry);
    col = mix(col, vec3(0.235, 0.150, 0.120), on_land * smoothstep(3.1, 2.3, road_px));
    col = mix(col, vec3(0.935, 0.560, 0.300), on_land * smoothstep(2.0, 1.2, road_px));
    float path = height(p * 0.7 + 57.0) - 0.47, pr = length(vec2(dFdx(path), dFdy(path)));
    float dash = step(0.45, fract((p.x + p.y) * 13.0));
    col = mix(col, vec3(0.300, 0.160, 0.130), on_land * dash * 0.85 * smoothstep(1.3, 0.5, abs(path) / max(pr, 1e-6)) * step(3.5, road_px));

    // The kilometre grid, neat line and margin.
    vec2 km = abs(fract(p * 1.25 + 0.5) - 0.5) / 1.25 / scale;
    col = mix(col, vec3(0.280, 0.460, 0.600), 0.42 * smoothstep(0.9, 0.3, min(km.x, km.y)));
    vec2 m = abs(v) - vec2(0.5 * u_resolution.x / u_resolution.y, 0.5) + 0.030;
    float frame = max(m.x, m.y) * u_resolution.y;
    vec3 tick = mix(paper, vec3(0.13, 0.12, 0.13), step(0.5, fract((m.x > m.y ? v.y : v.x) * 9.0)));
    col = mix(col, vec3(0.13, 0.12, 0.13), smoothstep(1.2, 0.4, abs(frame)));
    col = mix(col, paper, smoothstep(0.5, 1.2, frame));
    col = mix(col, tick, step(3.0, frame) * step(frame, 5.5));

    // Folds and tooth of the sheet.
    float fold = abs(fract(v.x * 2.0 + 0.5) - 0.5) / 2.0;
    col *= 1.0 - 0.05 * smoothstep(0.006, 0.0, fold) + 0.02 * smoothstep(0.05, 0.0, fold);
    col *= 0.985 + 0.03 * noise(gl_FragCoord.xy * 0.6) - 0.05 * dot(v, v);
    fragment = vec4(col, 1.0);
}
