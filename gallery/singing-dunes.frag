// Singing dunes
// Low sun over crested sand: long shadows, wind ripples, and a veil of blown dust.
// CC0 1.0: no rights reserved.

uniform float wind; // = 0.6 in [0.0, 1.0] "Wind"
uniform float sun_height; // = 0.28 in [0.12, 0.6] "Height of the sun"

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

// A dune is a slow climb and a steep slip face: an asymmetric wave along a warped axis.
float dune(vec2 p, float slant) {
    float x = p.x + 2.6 * noise(p * 0.21) + 0.7 * noise(p * 0.55 + 3.0) + 0.35 * p.y;
    float f = fract(x * slant), climb = f / 0.74, slip = (1.0 - f) / 0.26;
    float ridge = min(climb, slip);
    return ridge * (0.45 + ridge * (0.95 - 0.40 * ridge));
}

float height(vec2 p) {
    float big = dune(p, 0.155) * (0.55 + 0.85 * noise(p * 0.17 + 7.0));
    vec2 q = mat2(0.91, 0.41, -0.41, 0.91) * p;
    float small = dune(q * 1.9 + 4.0, 0.17) * noise(p * 0.3 + 19.0);
    return 1.55 * big + 0.30 * small;
}

vec3 sky(vec3 d, vec3 sun) {
    float m = max(dot(d, sun), 0.0), h = max(d.y, 0.0);
    vec3 c = mix(vec3(0.80, 0.36, 0.22), vec3(0.16, 0.26, 0.36), smoothstep(0.0, 0.34, h));
    c = mix(c, vec3(0.035, 0.11, 0.24), smoothstep(0.18, 0.7, h));
    return c + vec3(1.0, 0.52, 0.20) * (0.30 * pow(m, 7.0) + 0.45 * pow(m, 90.0)) + vec3(2.0, 1.6, 1.0) * smoothstep(0.9991, 0.9995, m);
}

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    vec3 sun = normalize(vec3(-0.80, sun_height, 1.05));
    vec3 ro = vec3(0.6, 3.6, -3.0 + 0.12 * iTime);
    vec3 rd = normalize(vec3(uv.x - 0.55, uv.y - 0.24, 2.3));
    vec3 col = sky(rd, sun);

    float t = 0.6, d = 0.0, prev = t;
    bool hit = false;
    for (int i = 0; i < 84; i++) {
        vec3 p = ro + rd * t;
        d = p.y - height(p.xz);
        if (d < 0.002 * t) { hit = true; break; }
        if (t > 42.0 || (rd.y > 0.0 && p.y > 2.4)) break;
        prev = t;
        t += max(d * 0.52, 0.012 * t);
    }
    if (hit) {
        for (int i = 0; i < 4; i++) {
            float m = 0.5 * (prev + t);
            vec3 p = ro + rd * m;
            if (p.y - height(p.xz) < 0.0) t = m; else prev = m;
        }
        vec3 p = ro + rd * t;
        float e = 0.01 + 0.004 * t, h = height(p.xz);
        vec3 n = normalize(vec3(h - height(p.xz + vec2(e, 0.0)), e, h - height(p.xz + vec2(0.0, e))));
        float steep = 1.0 - n.y;

        // Ripples lie across the wind on the climb and vanish on the slip face and in the distance.
        float wave = p.x * 13.0 + 2.6 * noise(p.xz * 1.7) + 1.2 * noise(p.xz * 4.3) + p.z * 3.0;
        float amount = 0.24 * exp(-t * 0.15) * smoothstep(0.75, 0.15, steep);
        n = normalize(n + vec3(cos(wave), 0.0, 0.25 * cos(wave)) * amount);
        n = normalize(n + 0.06 * (vec3(hash(p.xz * 190.0), 0.5, hash(p.xz * 190.0 + 9.0)) - 0.5) * exp(-t * 0.3));

        float shadow = 1.0, s = 0.10;
        for (int i = 0; i < 24; i++) {
            vec3 q = p + sun * s;
            float gap = q.y - height(q.xz);
            shadow = min(shadow, 9.0 * gap / s);
            if (shadow < 0.0 || s > 7.0) break;
            s += max(gap * 0.6, 0.12);
        }
        shadow = smoothstep(0.0, 1.0, max(shadow, 0.0));
        float key = max(dot(n, sun), 0.0) * shadow;
        float fill = 0.5 + 0.5 * n.y;
        vec3 sand = mix(vec3(0.74, 0.40, 0.20), vec3(0.86, 0.55, 0.32), noise(p.xz * 0.7));
        vec3 c = sand * (vec3(2.5, 1.35, 0.66) * key + vec3(0.085, 0.12, 0.24) * fill + vec3(0.18, 0.06, 0.03) * (1.0 - fill));
        c += vec3(1.0, 0.75, 0.4) * 0.45 * pow(max(dot(reflect(rd, n), sun), 0.0), 9.0) * shadow;
        float glint = step(0.9965, hash(floor(p.xz * 90.0))) * shadow * exp(-t * 0.25);
        c += vec3(1.2, 1.0, 0.7) * glint * pow(max(dot(reflect(rd, n), sun), 0.0), 2.0);

        // Sand smokes off the crests.
        float crest = smoothstep(0.75, 1.9, p.y) * noise(vec2(p.x * 2.0 - iTime * 3.2, p.z * 3.5)) * noise(vec2(p.x * 5.0 - iTime * 5.0, p.z * 9.0));
        c += vec3(1.0, 0.66, 0.38) * crest * wind * 0.65;
        float air = 1.0 - exp(-t * t * 0.0009);
        col = mix(c, sky(normalize(vec3(rd.x, 0.03, rd.z)), sun), air);
    }
    float veil = noise(vec2(uv.x * 2.0 - iTime * 0.9, uv.y * 9.0)) * noise(vec2(uv.x * 5.0 - iTime * 1.6, uv.y * 21.0 + 4.0));
    col += vec3(0.9, 0.48, 0.25) * veil * 0.10 * wind * smoothstep(0.45, -0.15, abs(uv.y - 0.05));
    col *= 1.0 - 0.11 * dot(uv * vec2(0.7, 1.0), uv * vec2(0.7, 1.0));
    col = 1.0 - exp(-col * vec3(1.0, 0.92, 0.86));
    col = pow(col, vec3(1.0 / 2.2));
    col = mix(col, col * col * (3.0 - 2.0 * col), 0.4) + (hash(fragCoord + 3.0) - 0.5) / 110.0;
    fragColor = vec4(col, 1.0);
}
