// Birches at six
// Seven ranks of trunks in ground mist, early light coming through from the left.
// CC0 1.0: no rights reserved.

uniform float mist; // = 0.55 in [0.0, 1.0] "Mist"
uniform vec3 dawn; // = vec3(1.0, 0.70, 0.42) color "Dawn"

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
    vec2 sun = vec2(-0.46, 0.17);
    float s = length((p - sun) * vec2(0.85, 1.0));
    vec3 air = mix(vec3(0.120, 0.190, 0.205), dawn * vec3(0.98, 0.80, 0.62), exp(-s * 2.1));
    vec3 col = air * (0.86 + 0.35 * exp(-s * 3.5));
    col += dawn * 0.9 * smoothstep(0.085, 0.06, s) * 0.6;

    for (int k = 0; k < 7; k++) {
        float i = float(k), z = 1.0 - i / 7.4, near = 1.0 - z;
        float zoom = mix(1.0, 5.4, z * z), drift = iTime * 0.030 / zoom;
        float fog = mix(0.0, 0.94, pow(z, 1.15 - 0.6 * mist));
        float x = (p.x + drift) * zoom * 1.9 + i * 5.7, cell = floor(x);

        // Undergrowth: a bank of grass and fern at the foot of each rank.
        float floor_y = -0.47 + 0.30 * z, tuft = noise(vec2(x * 2.3, i)) * 0.09 + noise(vec2(x * 9.0, i + 4.0)) * 0.045;
        float blade = abs(fract(x * 13.0 + 0.25 * sin(iTime + x)) - 0.5) * 0.05 * hash(vec2(floor(x * 13.0), i));
        float bank = floor_y + (tuft + blade) * (0.35 + near) - p.y;

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
            c *= mix(vec3(0.13, 0.16, 0.20), dawn * 1.25, smoothstep(-0.5, 1.0, sunward * u)) * (0.35 + 0.7 * round_off);
            c += dawn * 0.45 * pow(max(sunward * u, 0.0), 5.0) * exp(-abs(p.x - sun.x) * 0.8) * (1.0 - ink * 0.7);
            col = mix(col, mix(c, air, fog), m);
        }
        vec3 fern = mix(vec3(0.022, 0.040, 0.026), vec3(0.17, 0.13, 0.05), noise(vec2(x * 4.0, p.y * 30.0 + i)));
        fern += dawn * 0.20 * smoothstep(0.03, 0.0, bank) * exp(-s * 1.2);
        col = mix(col, mix(fern, air, fog), smoothstep(-0.002, 0.004, bank));

        // Mist lies between the ranks, thickest at knee height, and drifts the other way.
        float m = noise(vec2(p.x * 2.4 * (0.6 + near) - iTime * 0.07 + i * 3.0, p.y * 6.0 + i)) * 0.7 + noise(vec2(p.x * 6.0 - iTime * 0.12, p.y * 14.0 + i)) * 0.3;
        float lie = exp(-pow((p.y - floor_y - 0.06) * 7.0, 2.0));
        col = mix(col, air * 1.06, lie * m * mist * 0.62 * (1.0 - 0.6 * near));
    }

    // Shafts: the sun seen through moving gaps.
    vec2 d = p - sun;
    float a = atan(d.y, d.x), ray = noise(vec2(a * 9.0 + iTime * 0.05, 2.0)) * noise(vec2(a * 23.0 - iTime * 0.06, 6.0));
    col += dawn * ray * 0.34 * exp(-length(d) * 1.5);
    for (int k = 0; k < 2; k++) {
        vec2 g = p * (9.0 + 5.0 * float(k)) + vec2(sin(iTime * 0.3 + p.y * 4.0), iTime * 0.12);
        vec2 at = 0.25 + 0.5 * vec2(hash(floor(g)), hash(floor(g) + 7.0));
        col += dawn * 0.5 * step(0.7, hash(floor(g) + 3.0)) * smoothstep(0.045, 0.0, length(fract(g) - at)) * exp(-s * 1.4);
    }
    col *= 1.05 - 0.36 * dot(p, p);
    col = 1.0 - exp(-col * 1.75);
    col = mix(col, col * col * (3.0 - 2.0 * col), 0.35);
    fragColor = vec4(pow(col, vec3(1.0 / 1.35)) + (hash(fragCoord) - 0.5) / 110.0, 1.0);
}
