// Ferrofluid
// Black liquid stands up in spikes over a turning magnet, in a dish under coloured lamps.
// CC0 1.0: no rights reserved.
#ifdef GL_ES
precision highp float;
#endif

uniform float time;
uniform vec2 resolution;
uniform vec2 mouse;
uniform float field; // = 0.75 in [0.1, 1.0] "Field"

// Scrambles lattice points with two irrational steps; plain GLSL ES 1.00 has no integer bits to mix.
float hash(vec2 p) {
    p = fract(p * vec2(0.7548777, 0.5698403) + vec2(0.31, 0.73));
    p = fract((p + p.yx * vec2(1.37, 2.11)) * vec2(61.7, 83.3));
    return fract((p.x + 1.7) * (p.y + 2.3) * 47.9);
}

mat2 turn(float a) { return mat2(cos(a), sin(a), -sin(a), cos(a)); }

// Height of the pool: spikes on a hexagonal lattice that grow with the field beneath them.
float pool(vec2 p) {
    vec2 m = vec2(0.45 * sin(time * 0.7), 0.25 * cos(time * 0.9)) + (mouse - 0.5) * 0.5;
    float pull = 1.25 * field * exp(-dot(p - m, p - m) * 0.62) * (0.88 + 0.12 * sin(time * 2.2));
    vec2 q = turn(0.3 + time * 0.13) * (p - m * 0.25) * (6.6 - 0.9 * pull);
    q += 0.10 * sin(q.yx * 1.7 + time * 0.8);
    float h = cos(q.x * 2.0) + cos(q.x + q.y * 1.7320508) + cos(q.x - q.y * 1.7320508);
    h = clamp((h + 1.5) / 4.5, 0.0, 1.0);
    float rise = smoothstep(0.05, 0.55, pull);
    float spike = mix(h * 0.16, pow(h, 1.8) * 0.95, rise);
    // The outline has five lobes: sin 5a as a polynomial of the direction, cheaper than an arc tangent.
    float r = length(p);
    vec2 d = turn(time * 0.08) * p / max(r, 0.001);
    float c2 = d.x * d.x, lobes = d.y * (16.0 * c2 * c2 - 12.0 * c2 + 1.0);
    float shore = smoothstep(2.25, 1.45, r - 0.10 * lobes);
    return (0.10 + spike * pull * 0.95) * shore + 0.02 * pull;
}

// What the liquid mirrors: three long lamps in a dark room.
vec3 lamps(vec3 d) {
    vec3 c = mix(vec3(0.012, 0.012, 0.018), vec3(0.075, 0.080, 0.100), smoothstep(-0.2, 1.0, d.y));
    c += vec3(1.00, 0.20, 0.07) * 3.6 * smoothstep(0.26, 0.06, abs(d.x - 0.62)) * smoothstep(-0.05, 0.25, d.y);
    c += vec3(0.06, 0.30, 1.00) * 3.6 * smoothstep(0.26, 0.06, abs(d.x + 0.64)) * smoothstep(-0.05, 0.25, d.y);
    return c + vec3(1.0, 0.95, 0.9) * 3.0 * smoothstep(0.12, 0.05, abs(d.z + 0.40)) * smoothstep(0.45, 0.65, d.y);
}

void main() {
    vec2 uv = (2.0 * gl_FragCoord.xy - resolution) / resolution.y;
    vec3 ro = vec3(0.0, 2.55, -3.6), w = normalize(vec3(0.0, 0.10, -0.10) - ro);
    vec3 u = normalize(cross(vec3(0.0, 1.0, 0.0), w)), v = cross(w, u);
    vec3 rd = normalize(uv.x * u + uv.y * v + 2.15 * w);

    float t = (1.30 - ro.y) / rd.y;
    for (int i = 0; i < 84; i++) {
        vec3 p = ro + rd * t;
        float d = p.y - pool(p.xz);
        if (d < 0.002 || p.y < 0.0) break;
        t += max(d * 0.26, 0.004);
    }
    vec3 p = ro + rd * t;
    float e = 0.008, h = pool(p.xz);
    vec3 n = normalize(vec3(pool(p.xz - vec2(e, 0.0)) - pool(p.xz + vec2(e, 0.0)), 2.0 * e, pool(p.xz - vec2(0.0, e)) - pool(p.xz + vec2(0.0, e))));
    vec3 r = reflect(rd, n);
    float f = 0.22 + 0.78 * pow(1.0 - max(dot(n, -rd), 0.0), 4.0);
    float low = smoothstep(0.0, 0.45, h);
    vec3 liquid = vec3(0.006, 0.006, 0.009) + lamps(r) * f * (0.35 + 0.65 * low) * 2.1;
    liquid += lamps(reflect(r, vec3(0.0, 1.0, 0.0))) * 0.05;

    // The dish: pale glazed stoneware with a darker rim, shaded by the pool's meniscus.
    float dish = length(p.xz);
    vec3 glaze = mix(vec3(0.30, 0.27, 0.25), vec3(0.38, 0.35, 0.32), hash(floor(p.xz * 90.0)) * 0.35 + 0.3);
    glaze *= 0.42 + 0.5 * smoothstep(2.6, 0.5, length(p.xz - vec2(0.5, 1.4)));
    glaze += vec3(0.42, 0.10, 0.04) * smoothstep(2.0, 0.0, length(p.xz - vec2(2.4, 0.5))) + vec3(0.03, 0.12, 0.34) * smoothstep(2.0, 0.0, length(p.xz - vec2(-2.4, 0.3)));
    vec3 col = mix(glaze * (0.30 + 0.70 * smoothstep(0.0, -0.05, h - 0.065)), liquid, smoothstep(0.030, 0.045, h));
    col *= mix(1.0, 0.14, smoothstep(2.85, 2.92, dish));

    col *= 1.0 - 0.14 * dot(uv * 0.8, uv * 0.8);
    col = 1.0 - exp(-col * 1.7);
    col = pow(col, vec3(1.0 / 2.2)) + (hash(gl_FragCoord.xy) - 0.5) / 128.0;
    gl_FragColor = vec4(col, 1.0);
}
