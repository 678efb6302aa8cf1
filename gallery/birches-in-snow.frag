// Birches in snow
// A fork of "Birches at six": the same wood in January at dusk, with one lamp far back.
// CC0 1.0: no rights reserved.

uniform float snowfall; // = 0.6 in [0.0, 1.0] "Snowfall"
uniform vec3 dawn; // = vec3(1.0, 0.62, 0.28) color "Lamp"

const float mist = 0.5;

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

// Bark at (u across -1..1, v along): paper white, black lips and scars, peeling edges.
vec3 bark(float u, float v, float seed, out float ink) {
    float bend = v + 0.05 * u * u;
    float lips = noise(vec2(u * 1.6 + seed * 9.0, bend * 21.0 + seed * 50.0));
    float rows = noise(vec2(seed * 7.0, bend * 9.0));
    ink = smoothstep(0.66, 0.80, lips + 0.20 * rows - 0.04);
    vec2 k = vec2(u * 1.3 + (hash(vec2(seed, floor(bend * 1.7))) - 0.5) * 1.4, fract(bend * 1.7) - 0.5);
    float scar = smoothstep(0.42, 0.20, length(k * vec2(1.0, 3.0)) + 0.25 * (noise(vec2(u * 5.0, v * 40.0)) - 0.5)) * step(0.45, hash(vec2(seed + 3.0, floor(bend * 1.7))));
    ink = max(ink, scar);
    vec3 c = mix(vec3(0.66, 0.64, 0.62), vec3(0.80, 0.72, 0.64), noise(vec2(u * 3.0, bend * 5.0 + seed)));
    return mix(c, vec3(0.040, 0.034, 0.036), ink * 0.94);
}

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    vec2 sun = vec2(0.030, -0.100);
    float s = length((p - sun) * vec2(0.85, 1.0));
    vec3 air = mix(vec3(0.100, 0.165, 0.275), vec3(0.200, 0.250, 0.345), smoothstep(0.6, -0.3, p.y)) + dawn * 0.42 * exp(-s * 7.0);
    vec3 col = air * (0.86 + 0.35 * exp(-s * 3.5));
    col += dawn * 2.2 * smoothstep(0.020, 0.012, s);

    for (int k = 0; k < 7; k++) {
        float i = float(k), z = 1.0 - i / 7.4, near = 1.0 - z;
        float zoom = mix(1.0, 5.4, z * z), drift = iTime * 0.030 / zoom;
        float fog = mix(0.0, 0.94, pow(z, 1.15 - 0.6 * mist));
        float x = (p.x + drift) * zoom * 1.9 + i * 5.7, cell = floor(x);

        // A drift of snow at the foot of each rank.
        float floor_y = -0.47 + 0.30 * z, tuft = noise(vec2(x * 1.3, i)) * 0.10 + noise(vec2(x * 3.7, i + 4.0)) * 0.02;
        float bank = floor_y + tuft * (0.35 + near) - p.y;

        for (int side = -1; side <= 1; side++) {
            float id = cell + float(side), h = hash(vec2(id, i));
            if (h < 0.30) continue;
            float w = (0.050 + 0.055 * hash(vec2(id, i + 20.0))) * (0.85 + 0.5 * near);
            float lean = (hash(vec2(id, i + 40.0)) - 0.5) * 0.30;
            float mid = id + 0.25 + 0.5 * hash(vec2(id, i + 60.0)) + lean * (p.y * zoom) + 0.03 * sin(p.y * zoom * 3.0 + h * 20.0);
            w *= 1.0 - 0.12 * p.y + 0.30 * exp(-max(p.y - floor_y, 0.0) * 14.0);
            float u = (x - mid) / w, edge = fwidth(x) / w * 0.8;
            float m = smoothstep(1.0 + edge, 1.0 - edge, abs(u)) * step(floor_y - 0.05, p.y);
            if (m <= 0.0) continue;
            float ink;
            vec3 c = bark(u, p.y * zoom * 2.0 + h * 30.0, h * 9.0 + i, ink);
            float sunward = clamp((sun.x + drift) * zoom * 5.0 + i * 15.0 - mid * 2.63, -1.0, 1.0);
            float round_off = sqrt(max(1.0 - u * u, 0.0));
            c *= mix(vec3(0.260, 0.330, 0.440), vec3(0.380, 0.440, 0.540) + dawn * 0.9 * exp(-s * 3.0), smoothstep(-0.5, 1.0, sunward * u)) * (0.35 + 0.7 * round_off);
            c += dawn * 0.5 * pow(max(sunward * u, 0.0), 4.0) * exp(-s * 4.0);
            // Snow blown against the windward side.
            float drifted = smoothstep(0.25, 0.75, -u + 0.9 * (noise(vec2(u * 2.0, p.y * zoom * 9.0 + h * 40.0)) - 0.5)) * step(u, 0.1);
            c = mix(c, vec3(0.56, 0.64, 0.75), drifted * 0.75);
            col = mix(col, mix(c, air, fog), m);
        }
        vec3 fern = mix(vec3(0.235, 0.320, 0.450), vec3(0.400, 0.470, 0.580), smoothstep(0.12, 0.0, bank)) * (0.86 + 0.2 * noise(vec2(x * 3.0, p.y * 26.0 + i)));
        fern += dawn * 0.85 * exp(-s * 5.5);
        col = mix(col, mix(fern, air, fog), smoothstep(-0.002, 0.004, bank));

        // Mist lies between the ranks, thickest at knee height, and drifts the other way.
        float m = noise(vec2(p.x * 2.4 * (0.6 + near) - iTime * 0.07 + i * 3.0, p.y * 6.0 + i)) * 0.7 + noise(vec2(p.x * 6.0 - iTime * 0.12, p.y * 14.0 + i)) * 0.3;
        float lie = exp(-pow((p.y - floor_y - 0.06) * 7.0, 2.0));
        col = mix(col, air * 1.06, lie * m * mist * 0.62 * (1.0 - 0.6 * near));
    }

    // Flakes in four depths; the near ones are large, soft and fast.
    for (int k = 0; k < 4; k++) {
        float z = float(k), f = 26.0 - 6.0 * z;
        vec2 g = p * f + vec2(iTime * (0.5 + 0.3 * z) + 0.5 * sin(iTime * 0.7 + p.y * 3.0 + z), iTime * (1.3 + 0.5 * z));
        vec2 cell = floor(g), at = 0.2 + 0.6 * vec2(hash(cell + z), hash(cell + 7.0 + z));
        float flake = smoothstep(0.05 + 0.035 * z, 0.0, length(fract(g) - at)) * step(1.0 - 0.55 * snowfall, hash(cell + 3.0));
        col += (vec3(0.42, 0.50, 0.60) + dawn * 0.9 * exp(-s * 4.0)) * flake;
    }
    col *= 1.05 - 0.36 * dot(p, p);
    col = 1.0 - exp(-col * 1.75);
    col = mix(col, col * col * (3.0 - 2.0 * col), 0.35);
    fragColor = vec4(pow(col, vec3(1.0 / 1.35)) + (hash(fragCoord) - 0.5) / 110.0, 1.0);
}
