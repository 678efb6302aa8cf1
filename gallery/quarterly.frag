// Quarterly
// A poster without a word on it: quarter circles, bars and dots re-set themselves every few beats.
// CC0 1.0: no rights reserved.
#ifdef GL_ES
precision highp float;
#endif

uniform vec2 u_resolution;
uniform float u_time;
uniform float seed; // = 4.0 in [0.0, 40.0] step 1.0 "Edition"
uniform bool dark_paper; // = false "Dark paper"

float hash(vec2 p) {
    p = fract(p * vec2(0.7548777, 0.5698403) + vec2(0.31, 0.73));
    p = fract((p + p.yx * vec2(1.37, 2.11)) * vec2(61.7, 83.3));
    return fract((p.x + 1.7) * (p.y + 2.3) * 47.9);
}

vec3 ink(float k) {
    if (k < 0.26) return vec3(0.878, 0.255, 0.176);
    if (k < 0.46) return vec3(0.957, 0.702, 0.176);
    if (k < 0.66) return vec3(0.118, 0.298, 0.545);
    if (k < 0.80) return vec3(0.494, 0.690, 0.620);
    return dark_paper ? vec3(0.930, 0.900, 0.830) : vec3(0.105, 0.110, 0.140);
}

// The figure of one square, as coverage; f in -0.5..0.5, w one pixel wide.
float figure(vec2 f, float kind, float w) {
    if (kind < 0.30) return smoothstep(w, -w, length(f + 0.5) - 1.0);
    if (kind < 0.46) {
        float d = length(f + 0.5);
        return smoothstep(w, -w, abs(d - 0.75) - 0.25) + smoothstep(w, -w, d - 0.25);
    }
    if (kind < 0.60) return smoothstep(w, -w, length(f) - 0.5);
    if (kind < 0.70) return smoothstep(w, -w, abs(fract(f.x * 4.0 + 0.5) - 0.5) / 4.0 - 0.0625);
    if (kind < 0.80) return smoothstep(w, -w, f.x + f.y);
    if (kind < 0.90) {
        vec2 g = fract(f * 4.0) - 0.5;
        return smoothstep(w * 4.0, -w * 4.0, length(g) - 0.26);
    }
    return smoothstep(w, -w, min(length(f - vec2(0.0, 0.5)) - 0.5, length(f + vec2(0.0, 0.5)) - 0.5));
}

vec2 quarter_turns(vec2 f, float turns) {
    float a = turns * 1.5707963;
    return vec2(f.x * cos(a) - f.y * sin(a), f.x * sin(a) + f.y * cos(a));
}

void main() {
    vec2 p = (gl_FragCoord.xy - 0.5 * u_resolution) / u_resolution.y;
    vec3 paper = dark_paper ? vec3(0.105, 0.110, 0.140) : vec3(0.938, 0.910, 0.842);
    vec3 col = paper;

    // Nine by five squares inside a margin.
    vec2 g = p / 0.178 + vec2(4.5, 2.5), cell = floor(g), f = g - cell - 0.5;
    float w = 0.9 / (0.178 * u_resolution.y);
    bool inside = cell.x >= 0.0 && cell.x < 9.0 && cell.y >= 0.0 && cell.y < 5.0;

    if (inside) {
        vec2 id = cell + seed * 13.0;
        // Each square turns on its own beat and rests between.
        float beat = u_time * 0.42 + hash(id + 3.0) * 6.0;
        float step_in = smoothstep(0.70, 1.0, fract(beat));
        float turns = floor(beat) + step_in + floor(hash(id) * 4.0);
        float kind = hash(id + 17.0), tone = hash(id + 29.0);
        bool wide = hash(floor(id / vec2(2.0, 1.0)) + 41.0) > 0.86;
        float empty = step(0.90, hash(id + 53.0));

        vec3 field = ink(fract(tone + 0.47)), shape = ink(tone);
        if (dot(field - shape, field - shape) < 0.02) field = paper;
        if (hash(id + 61.0) < 0.42 || wide) field = paper;
        vec3 c = mix(field, shape, clamp(figure(quarter_turns(f, turns), kind, w), 0.0, 1.0));
        // A second, smaller figure sits in some of the discs.
        if (kind >= 0.46 && kind < 0.60) {
            float r = 0.20 + 0.06 * sin(u_time * 1.1 + tone * 20.0);
            c = mix(c, ink(fract(tone + 0.27)), smoothstep(w, -w, length(f) - r));
        }
        col = mix(c, paper, empty);
        if (empty > 0.5) col = mix(col, ink(tone), smoothstep(w, -w, length(f) - 0.07));
    }

    // Letterpress: ink lies a little unevenly, the sheet has tooth, corners fall off.
    float tooth = hash(floor(gl_FragCoord.xy * 0.5)) - 0.5;
    col += tooth * 0.030 + 0.012 * sin(p.x * 40.0 + 3.0 * sin(p.y * 23.0)) * sin(p.y * 31.0);
    col *= 1.02 - 0.13 * dot(p, p);
    gl_FragColor = vec4(col, 1.0);
}
