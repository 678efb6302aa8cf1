// Kintsugi
// A celadon bowl seen from above, broken once and mended with gold.
// CC0 1.0: no rights reserved.
precision highp float;

uniform vec3 iResolution;
uniform vec3 glaze; // = vec3(0.455, 0.610, 0.535) color "Glaze"

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

float fbm(vec2 p) {
    float v = 0.0, a = 0.5;
    for (int i = 0; i < 5; i++) {
        v += a * noise(p);
        p = mat2(1.6, 1.2, -1.2, 1.6) * p + 3.1;
        a *= 0.5;
    }
    return v;
}

vec2 seed_of(vec2 k, float lively) { return 0.5 + lively * (vec2(hash(k), hash(k + 53.0)) - 0.5); }

// Distance to the nearest seam between shards in x, the way to it in yz.
vec3 seam(vec2 p, float lively) {
    vec2 cell = floor(p), near = vec2(0.0), id = cell;
    float best = 9.0;
    vec3 edge = vec3(9.0);
    for (int j = -1; j <= 1; j++) {
        for (int i = -1; i <= 1; i++) {
            vec2 c = vec2(float(i), float(j)), o = c + seed_of(cell + c, lively) - (p - cell);
            if (dot(o, o) < best) { best = dot(o, o); near = o; id = cell + c; }
        }
    }
    for (int j = -1; j <= 1; j++) {
        for (int i = -1; i <= 1; i++) {
            vec2 k = id + vec2(float(i), float(j)), o = k + seed_of(k, lively) - p, d = o - near;
            if (dot(d, d) > 0.001) {
                vec2 way = normalize(d);
                float e = dot(0.5 * (o + near), way);
                if (e < edge.x) edge = vec3(e, way);
            }
        }
    }
    return edge;
}

// The break: large shards with wavering edges.
vec3 gold_line(vec2 p) {
    vec2 q = p + 0.045 * (vec2(fbm(p * 4.0), fbm(p * 4.0 + 7.0)) - 0.5);
    return seam(q * 1.55 + vec2(0.93, 0.28), 0.95) / vec3(1.55, 1.0, 1.0);
}

void main() {
    vec2 uv = (2.0 * gl_FragCoord.xy - iResolution.xy) / iResolution.y;
    vec2 p = uv - vec2(0.06, 0.0);
    float r = length(p), px = 2.0 / iResolution.y;
    vec3 key = normalize(vec3(-0.62, 0.68, 0.62));

    // The table: dark indigo linen.
    vec2 th = uv * 92.0;
    float weave = sin(th.x + 0.6 * noise(th * 0.2)) * sin(th.y + 0.6 * noise(th * 0.2 + 5.0));
    vec3 col = vec3(0.062, 0.074, 0.108) * (0.80 + 0.22 * weave + 0.5 * (noise(vec2(th.x * 0.12, th.y * 2.0)) - 0.5));
    col *= 0.55 + 0.85 * smoothstep(2.3, -0.4, length(uv - vec2(-1.3, 0.9)));
    vec2 sh = p - vec2(0.085, -0.095);
    col *= 1.0 - 0.82 * smoothstep(1.02, 0.76, length(sh));

    // The bowl in section: a thrown curve with faint turning rings and a foot well.
    float slope = 1.55 * smoothstep(0.28, 0.80, r) * smoothstep(0.90, 0.80, r) + 0.34 * r;
    slope += 0.055 * sin(r * 64.0 + 2.0 * noise(p * 3.0)) * smoothstep(0.05, 0.3, r);
    slope -= 0.75 * smoothstep(0.020, 0.0, abs(r - 0.255));
    float lip = smoothstep(0.800, 0.832, r);
    slope = mix(slope, (0.846 - r) * -52.0, lip);
    vec3 n = normalize(vec3(-p / max(r, 0.001) * slope, 1.0));
    n = normalize(n + 0.06 * (vec3(noise(p * 17.0), noise(p * 17.0 + 4.0), 0.5) - 0.5));

    float pooled = smoothstep(0.62, 0.08, r) + 0.65 * smoothstep(0.03, 0.0, abs(r - 0.27));
    vec3 body = mix(glaze, glaze * glaze * vec3(0.72, 0.98, 0.95), 0.75 * pooled);
    body = mix(body, vec3(0.62, 0.50, 0.36), 0.70 * smoothstep(0.846, 0.868, r) + 0.12 * fbm(p * 3.0));
    body *= 0.86 + 0.28 * fbm(p * 9.0);
    body *= 1.0 - 0.20 * step(0.86, hash(floor(p * 120.0))) * noise(p * 14.0);
    float craze = seam(p * 11.0 + 1.2 * vec2(noise(p * 6.0), noise(p * 6.0 + 3.0)), 0.8).x;
    body *= 1.0 - 0.26 * smoothstep(0.030, 0.004, craze) * noise(p * 4.0 + 2.0);

    float hollow = 1.0 - 0.40 * smoothstep(0.1, 0.8, r) * smoothstep(-0.2, 0.9, dot(p, vec2(-0.67, 0.74)));
    float diffuse = max(dot(n, key), 0.0);
    vec3 half_way = normalize(key + vec3(0.0, 0.0, 1.0));
    vec3 bowl = body * (0.26 + 0.92 * diffuse) * hollow;
    vec2 win = n.xy * 1.6 - vec2(-0.52, 0.60);
    float window_light = smoothstep(0.30, 0.22, abs(win.x)) * smoothstep(0.30, 0.22, abs(win.y)) * smoothstep(0.015, 0.035, abs(win.x));
    bowl += vec3(0.90, 0.96, 1.0) * (0.20 * window_light + 0.55 * pow(max(dot(n, half_way), 0.0), 90.0));

    // Gold stands a little proud of the glaze.
    vec3 gold_seam = gold_line(p);
    float line = gold_seam.x, w = 0.011 + 0.010 * noise(p * 5.0);
    vec2 bumps = 0.5 * (vec2(noise(p * 26.0), noise(p * 26.0 + 8.0)) - 0.5);
    // The rib is round: it falls away from its middle line, on either side of the seam.
    vec3 gn = normalize(vec3(-gold_seam.yz * 1.3 * min(line / w, 1.0) + bumps + n.xy, 1.0));
    float shine = max(dot(gn, half_way), 0.0);
    vec3 gold = vec3(0.46, 0.27, 0.07) * (0.35 + 0.8 * max(dot(gn, key), 0.0));
    gold += vec3(1.00, 0.74, 0.28) * (0.75 * pow(shine, 9.0) + 0.9 * pow(shine, 60.0));
    bowl *= 1.0 - 0.45 * smoothstep(w + 0.016, w, line);
    bowl = mix(bowl, gold * (0.75 + 0.25 * hollow), smoothstep(w + px * 0.6, w - px * 0.6, line));

    col = mix(col, bowl, smoothstep(0.870 + px * 0.6, 0.870 - px * 0.6, r));
    col *= 1.0 - 0.10 * dot(uv * 0.75, uv * 0.75);
    col = 1.0 - exp(-col * 1.75);
    col = pow(col, vec3(1.0 / 2.1)) + (hash(gl_FragCoord.xy) - 0.5) / 110.0;
    gl_FragColor = vec4(col, 1.0);
}
