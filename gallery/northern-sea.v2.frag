// Northern sea
// A long swell under a low moon, with a lighthouse keeping time on the far skerry.
// CC0 1.0: no rights reserved.

const float swell = 1.0;
const float haze = 0.5;

const vec3 MOON = normalize(vec3(-0.34, 0.235, 1.0));

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

// Crested waves: each octave is a rounded ridge, pushed sideways by the one before it.
float sea(vec2 p, int octaves) {
    float h = 0.0, a = 0.34 * swell, w = 0.55, drag = 0.0;
    vec2 d = normalize(vec2(0.35, -1.0));
    for (int i = 0; i < octaves; i++) {
        float s = sin(dot(p, d) * w + iTime * sqrt(w * 3.2) + drag + float(i) * 2.1);
        float crest = 1.0 - sqrt(s * s + 0.03);
        h += a * crest;
        drag += 0.9 * crest;
        d = mat2(0.62, 0.785, -0.785, 0.62) * d;
        w *= 1.62;
        a *= 0.60;
    }
    return h;
}

vec3 sky(vec3 d, float detail) {
    float h = max(d.y, 0.0);
    vec3 c = mix(vec3(0.085, 0.150, 0.185), vec3(0.004, 0.014, 0.045), pow(min(h * 1.6, 1.0), 0.45));
    float m = max(dot(d, MOON), 0.0);
    c += vec3(0.55, 0.47, 0.33) * (0.55 * pow(m, 26.0) + 0.8 * pow(m, 300.0));
    if (detail > 0.5) {
        vec2 q = d.xz / (h + 0.11);
        float bands = noise(q * vec2(0.55, 1.9) + iTime * 0.03) * 0.6 + noise(q * vec2(1.3, 4.3) + 7.0) * 0.3;
        bands = smoothstep(0.42, 0.85, bands);
        c = mix(c, c * 0.45 + vec3(0.34, 0.29, 0.20) * pow(m, 9.0), bands * 0.8);
        vec3 right = normalize(cross(MOON, vec3(0, 1, 0)));
        vec2 disc = vec2(dot(d, right), dot(d, cross(right, MOON))) / 0.052;
        float r = length(disc);
        float maria = noise(disc * 2.1 + 3.0) * 0.6 + noise(disc * 4.7) * 0.3;
        c = mix(c, vec3(1.5, 1.34, 1.02) * (0.82 - 0.45 * smoothstep(0.35, 0.75, maria)),
                smoothstep(1.03, 0.97, r) * (1.0 - 0.45 * bands));
        vec2 g = d.xy * 190.0;
        float star = hash(g);
        c += smoothstep(0.30, 0.0, length(fract(g) - 0.5)) * step(0.975, star) * (1.0 - bands) * h * 1.6;
    }
    return c;
}

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    vec3 ro = vec3(0.0, 2.25 + 0.12 * sin(iTime * 0.6), iTime * 0.25);
    vec3 rd = normalize(vec3(uv.x, uv.y + 0.03 + 0.012 * sin(iTime * 0.5), 1.9));
    vec3 col = sky(rd, 1.0);

    // The skerry and its light, drawn as a flat silhouette on the horizon.
    vec2 a = rd.xy / rd.z;
    float rock = 0.021 * exp(-pow((a.x - 0.52) * 7.0, 2.0)) + 0.012 * exp(-pow((a.x - 0.66) * 9.0, 2.0));
    rock *= 0.75 + 0.5 * noise(a.xx * 60.0);
    float tower = step(abs(a.x - 0.52), 0.0042 - a.y * 0.02) * step(a.y, 0.062);
    col = mix(col, vec3(0.016, 0.026, 0.034), max(smoothstep(0.0, 0.002, rock - a.y), tower));
    float beam = pow(0.5 - 0.5 * cos(iTime * 3.14159), 4.0);
    vec2 lamp = a - vec2(0.52, 0.064);
    col += vec3(1.0, 0.62, 0.26) * beam * (0.00022 / (dot(lamp, lamp) + 0.00005) + 0.012 / (abs(lamp.y) * 260.0 + 0.6) * exp(-abs(lamp.x) * 3.0));

    if (rd.y < -0.004) {
        // March only between the highest crest and the lowest trough.
        float top = 1.15 * swell, t = max((ro.y - top) / -rd.y, 0.0), far = ro.y / -rd.y;
        float stride = (far - t) / 30.0, prev = t;
        for (int i = 0; i < 30; i++) {
            vec3 p = ro + rd * t;
            if (p.y < sea(p.xz, 5)) break;
            prev = t;
            t += stride;
        }
        for (int i = 0; i < 5; i++) {
            float m = 0.5 * (prev + t);
            vec3 p = ro + rd * m;
            if (p.y < sea(p.xz, 5)) t = m; else prev = m;
        }
        vec3 p = ro + rd * t;
        vec2 e = vec2(0.012 + 0.0028 * t, 0.0);
        float h = sea(p.xz, 8);
        vec3 n = normalize(vec3(h - sea(p.xz + e.xy, 8), e.x, h - sea(p.xz + e.yx, 8)));
        n = normalize(mix(n, vec3(0, 1, 0), smoothstep(15.0, 130.0, t) * 0.75));
        vec3 r = reflect(rd, n);
        r.y = abs(r.y);
        float fresnel = 0.03 + 0.97 * pow(1.0 - max(dot(n, -rd), 0.0), 5.0);
        vec3 body = vec3(0.003, 0.020, 0.030) + vec3(0.01, 0.07, 0.065) * smoothstep(0.5, 1.3, h / swell);
        vec3 water = mix(body, sky(r, 0.0), fresnel);
        float glint = max(dot(r, MOON), 0.0);
        water += vec3(1.25, 1.0, 0.66) * (0.55 * pow(glint, 130.0) + 0.10 * pow(glint, 24.0));
        water += vec3(1.0, 0.55, 0.2) * beam * 0.4 * exp(-pow((a.x - 0.52) * 26.0 + n.x * 3.0, 2.0)) * smoothstep(6.0, 60.0, t);
        float fog = 1.0 - exp(-t * (0.004 + 0.010 * haze));
        col = mix(water, sky(vec3(rd.x, 0.01, rd.z), 0.0), fog);
    }
    col *= 1.0 - 0.16 * dot(uv * vec2(0.5, 0.8), uv * vec2(0.5, 0.8));
    col = 1.0 - exp(-col * 1.75);
    col = pow(col, vec3(1.0 / 2.2)) + (hash(fragCoord + 31.0) - 0.5) / 128.0;
    fragColor = vec4(col, 1.0);
}
