// Phosphor
// A beam draws a knot of sines and lingers where it moves slowly.
// CC0 1.0: no rights reserved.
#ifdef GL_ES
precision highp float;
#endif

uniform float time;
uniform vec2 resolution;
const float x_frequency = 3.0;
const float y_frequency = 2.0;

// Scrambles lattice points with two irrational steps; plain GLSL ES 1.00 has no integer bits to mix.
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

// A phase that advances by a fixed angle: one complex product a step instead of a sine.
vec2 unit_at(float a) { return vec2(cos(a), sin(a)); }
vec2 advance(vec2 z, vec2 by) { return vec2(z.x * by.x - z.y * by.y, z.x * by.y + z.y * by.x); }

// Deflection of the beam from the three phases; the third one breathes.
vec2 beam(vec2 x, vec2 y, vec2 breath) { return vec2(0.55 * x.y, 0.35 * y.y) * (0.86 + 0.09 * breath.y); }

void main() {
    vec2 p = (gl_FragCoord.xy - 0.5 * resolution) / resolution.y;
    float px = 1.0 / resolution.y;

    // The tube bulges: bend the picture plane before anything is drawn on it.
    vec2 q = p * (1.0 + 0.14 * dot(p, p));

    // Energy left on the phosphor: a walk along the curve, brighter where the beam dawdles.
    float core = 0.0, halo = 0.0;
    float turn_by = 6.2831853 / 144.0;
    vec2 x = unit_at(time * 0.55), y = unit_at(0.35 * sin(time * 0.3)), breath = unit_at(time * 0.8);
    vec2 dx = unit_at(x_frequency * turn_by), dy = unit_at(y_frequency * turn_by), db = unit_at(turn_by);
    vec2 a = beam(x, y, breath);
    for (int i = 1; i <= 144; i++) {
        float s = float(i) / 144.0;
        x = advance(x, dx);
        y = advance(y, dy);
        breath = advance(breath, db);
        vec2 b = beam(x, y, breath), d = b - a;
        float len2 = max(dot(d, d), 1e-8), u = clamp(dot(q - a, d) / len2, 0.0, 1.0), len = sqrt(len2);
        vec2 off = q - a - d * u;
        float r2 = dot(off, off);
        float age = fract(s - time * 0.45), slow = 0.022 / (len + 0.008);
        float e = (0.30 + 0.70 * age * age) * slow;
        core = max(core, e * smoothstep(0.0000384, 0.0, r2));
        halo += e * len / (1.0 + r2 * 1500.0);
        a = b;
    }
    vec3 green = vec3(0.30, 1.00, 0.48);
    vec3 col = vec3(0.001, 0.006, 0.005) + vec3(0.002, 0.014, 0.010) * exp(-dot(p, p) * 4.0);

    // Graticule: eight by ten divisions with ticks on the axes.
    vec2 g = abs(fract(q / 0.11 + 0.5) - 0.5) * 0.11, inside = step(abs(q), vec2(0.551, 0.331));
    float grid = smoothstep(1.2 * px, 0.2 * px, min(g.x, g.y));
    vec2 tick = abs(fract(q / 0.022 + 0.5) - 0.5) * 0.022;
    float ticks = smoothstep(px, 0.0, tick.x) * step(abs(q.y), 0.007) + smoothstep(px, 0.0, tick.y) * step(abs(q.x), 0.007);
    col += vec3(0.012, 0.038, 0.028) * (grid + ticks) * inside.x * inside.y;

    col += green * (core * 1.2 + halo * 0.36) + vec3(0.75, 1.0, 0.8) * core * core * 0.9;
    col *= 0.93 + 0.07 * noise(gl_FragCoord.xy * 0.7);

    col = 1.0 - exp(-col * 2.1);
    col = pow(col, vec3(1.0 / 2.1)) + (hash(gl_FragCoord.xy) - 0.5) / 128.0;
    gl_FragColor = vec4(col, 1.0);
}
