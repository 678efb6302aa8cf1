// A bolt of silk
// Folded cloth with the split highlight that only long, straight fibres give.
// CC0 1.0: no rights reserved.

uniform vec3 warp; // = vec3(0.06, 0.22, 0.30) color "Warp thread"
uniform vec3 weft; // = vec3(0.86, 0.34, 0.16) color "Weft thread"
uniform float drape; // = 0.7 in [0.2, 1.0] "Drape"

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

// Folds: soft ridges along a flowing direction, pinched where the cloth gathers.
float cloth(vec2 p) {
    float t = iTime * 0.22;
    p += 0.30 * vec2(sin(p.y * 1.7 + t), sin(p.x * 1.3 - t * 0.8));
    p += 0.14 * vec2(sin(p.y * 3.9 - t * 1.4 + 2.0), cos(p.x * 3.1 + t * 1.1));
    float across = p.x * 0.82 + p.y * 0.62;
    float gather = 1.0 + 0.7 * noise(p * 0.8 + 3.0);
    float h = sin(across * 3.6 * gather + 1.4 * noise(p * 1.1 + t * 0.4));
    h = 0.75 * (1.0 - sqrt((1.0 - h) * 0.5 + 0.02)) + 0.25 * h;
    h += 0.34 * sin(across * 8.3 - 2.2 * noise(p * 1.9 - t * 0.3)) * noise(p * 1.3 + 9.0);
    h += 0.08 * sin(across * 21.0 + 3.0 * noise(p * 2.7)) * noise(p * 2.2 + 5.0);
    return h * 0.36 * drape;
}

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    vec2 p = uv * 2.1;
    float e = 0.006, h = cloth(p);
    float hx = cloth(p + vec2(e, 0.0)), hy = cloth(p + vec2(0.0, e));
    float lx = cloth(p - vec2(e, 0.0)), ly = cloth(p - vec2(0.0, e));
    vec3 n = normalize(vec3(lx - hx, ly - hy, 2.0 * e));
    float bend = (hx + lx + hy + ly - 4.0 * h) / (e * e);

    // Threads follow the cloth: tangents tilt with the surface.
    vec3 tu = normalize(vec3(1.0, 0.18, (hx - lx) / (2.0 * e)));
    vec3 tv = normalize(cross(n, tu));
    vec3 eye = normalize(vec3(-uv * 0.35, 1.0));
    vec3 key = normalize(vec3(-0.55, 0.75, 0.62)), back = normalize(vec3(0.85, -0.35, 0.45));
    vec3 hk = normalize(key + eye), hb = normalize(back + eye);
    float su = dot(hk, tu), sv = dot(hk, tv), bu = dot(hb, tu), bv = dot(hb, tv);
    float warp_light = pow(1.0 - su * su, 34.0) * smoothstep(-0.15, 0.5, dot(n, key));
    float weft_light = pow(1.0 - sv * sv, 22.0) * smoothstep(-0.15, 0.5, dot(n, key));
    float rim_light = pow(1.0 - bv * bv, 16.0) * smoothstep(0.0, 0.6, dot(n, back));

    float facing = max(dot(n, eye), 0.0);
    vec3 body = mix(weft * weft, warp * warp * 3.0, smoothstep(0.35, 0.92, facing));
    float diffuse = 0.16 + 0.62 * max(dot(n, key), 0.0) + 0.22 * max(dot(n, back), 0.0);
    float hollow = clamp(0.40 + 1.5 * h / drape - 0.0020 * bend, 0.05, 1.3);
    vec3 col = body * diffuse * hollow * 1.15;
    col += (warp * 1.6 + 0.22) * warp_light * 0.62 * hollow;
    col += (weft * 1.1 + 0.05) * weft_light * 0.75 * hollow;
    col += weft * rim_light * 0.30;

    // The weave itself, just at the edge of sight.
    vec2 th = mat2(0.92, 0.39, -0.39, 0.92) * (p + n.xy * 0.05) * 150.0;
    col *= 0.955 + 0.045 * sin(th.x) * sin(th.y) + 0.05 * (noise(th * vec2(0.15, 1.4)) - 0.5);
    col *= 1.0 - 0.30 * dot(uv, uv);
    col = 1.0 - exp(-col * 1.25);
    col = pow(col, vec3(1.0 / 2.1)) + (hash(fragCoord + 3.0) - 0.5) / 120.0;
    fragColor = vec4(col, 1.0);
}
