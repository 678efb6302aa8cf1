// Evening cumulus
// Towers of cloud at the end of a summer day, marched through a small noise volume.
// CC0 1.0: no rights reserved.

uniform float cover; // = 0.5 in [0.2, 0.8] "Cover"
uniform float hour; // = 0.65 in [0.0, 1.0] "Hour"

float hash(vec2 p) {
    uvec2 q = uvec2(ivec2(floor(p))) * uvec2(0x9E3779B1u, 0x85EBCA77u);
    uint h = (q.x ^ (q.y >> 3)) * 0xC2B2AE3Du;
    h = (h ^ (h >> 15)) * 0x27D4EB2Fu;
    return float((h ^ (h >> 13)) >> 8) / 16777216.0;
}

float noise(vec3 p) {
    vec3 i = floor(p), f = p - i;
    f = f * f * (3.0 - 2.0 * f);
    vec2 o = i.xy + i.z * vec2(37.0, 17.0), s = vec2(37.0, 17.0);
    vec4 a = vec4(hash(o), hash(o + vec2(1, 0)), hash(o + vec2(0, 1)), hash(o + vec2(1, 1)));
    vec4 b = vec4(hash(o + s), hash(o + s + vec2(1, 0)), hash(o + s + vec2(0, 1)), hash(o + s + vec2(1, 1)));
    vec4 m = mix(a, b, f.z);
    return mix(mix(m.x, m.y, f.x), mix(m.z, m.w, f.x), f.y);
}

// Flat bases, heaped tops: a height map says how high a tower stands, billows eat its outline.
// Positive inside; outside it is negative and roughly the distance still to go.
float density(vec3 p, int octaves) {
    float h = p.y - 1.0;
    vec3 q = p + vec3(iTime * 0.16, 0.0, 0.0);
    float heap = noise(vec3(q.xz * 0.27, 4.0)) * 0.75 + noise(vec3(q.xz * 0.8, 9.0)) * 0.35;
    float top = 3.6 * smoothstep(0.75 - 0.6 * cover, 1.0, heap);
    float inside = min(h * 3.5, (top - h) * 0.6);
    if (inside < -0.55) return inside + 0.3;
    q = q * 0.8 - vec3(0.0, iTime * 0.06, 0.0);
    float v = 0.0, a = 0.5;
    for (int i = 0; i < octaves; i++) {
        v += a * (1.0 - abs(2.0 * noise(q) - 1.0));
        q = q * 2.23 + vec3(0.0, 1.3, 5.2);
        a *= 0.46;
    }
    return min(inside, 0.5) + 1.35 * v - 0.88;
}

float shade(vec3 p, int octaves) {
    return clamp(density(p, octaves) * 1.8 + 0.12, 0.0, 1.0);
}

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    vec3 ro = vec3(2.0, 0.55, 0.0);
    vec3 rd = normalize(vec3(uv.x, uv.y + 0.66, 2.5));
    vec3 sun = normalize(vec3(-1.1, mix(0.46, 0.20, hour), 0.55));
    float m = max(dot(rd, sun), 0.0);

    vec3 zenith = mix(vec3(0.06, 0.20, 0.46), vec3(0.05, 0.075, 0.25), hour);
    vec3 low = mix(vec3(0.42, 0.55, 0.62), vec3(0.95, 0.42, 0.22), hour);
    vec3 warm = mix(vec3(1.0, 0.82, 0.58), vec3(1.0, 0.40, 0.17), hour) * 2.7;
    vec3 cool = mix(vec3(0.34, 0.46, 0.68), vec3(0.24, 0.20, 0.46), hour);
    vec3 sky = mix(low, zenith, smoothstep(-0.05, 0.62, rd.y));
    sky += warm * (0.10 * pow(m, 5.0) + 0.14 * pow(m, 60.0) + 0.8 * smoothstep(0.9990, 0.9994, m));

    vec3 light = vec3(0.0);
    float through = 1.0, first = 60.0;
    if (rd.y > 0.01) {
        float t = max((1.0 - ro.y) / rd.y, 8.0), far = min((5.2 - ro.y) / rd.y, 30.0);
        t += 0.12 * hash(fragCoord + 3.0);
        for (int i = 0; i < 90 && t < far; i++) {
            vec3 p = ro + rd * t;
            float d = density(p, 5);
            float stride = max(0.006 * t, -0.75 * d);
            if (d > 0.0) {
                first = min(first, t);
                float depth = shade(p + sun * 0.2, 3) * 0.6 + shade(p + sun * 0.5, 3) * 0.8 + shade(p + sun * 0.95, 3);
                float lit = exp(-depth * 1.7);
                float phase = 0.72 + 1.3 * pow(m, 7.0);
                vec3 c = warm * lit * phase * 0.72 + cool * (0.16 + 0.36 * smoothstep(1.0, 4.0, p.y) + 0.12 * exp(-depth));
                float a = 1.0 - exp(-min(d * 4.0, 1.0) * stride * 7.0);
                light += through * a * c;
                through *= 1.0 - a;
                if (through < 0.015) break;
            }
            t += stride;
        }
    }
    float air = 1.0 - exp(-max(first - 8.0, 0.0) * 0.05);
    vec3 col = sky * through + mix(light, sky * (1.0 - through), air * 0.8);

    // A dark line of hills and a far lake hold the picture down.
    float hills = -0.83 + 0.06 * noise(vec3(uv.x * 1.5, 1.0, 2.0)) + 0.022 * noise(vec3(uv.x * 7.0, 3.0, 2.0)) + 0.006 * noise(vec3(uv.x * 55.0, 5.0, 1.0));
    float ground = smoothstep(0.004, -0.004, uv.y - hills);
    vec3 land = mix(vec3(0.055, 0.05, 0.085), low * 0.32, smoothstep(-0.98, -0.80, uv.y) * 0.6);
    col = mix(col, land, ground);

    col = 1.0 - exp(-col * 1.2);
    col = pow(col, vec3(1.0 / 2.2));
    col = mix(col, col * col * (3.0 - 2.0 * col), 0.35) + (hash(fragCoord + 9.0) - 0.5) / 110.0;
    fragColor = vec4(col, 1.0);
}
