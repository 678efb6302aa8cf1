// Woven truchet
// Two strands leave every edge of every tile and bend back.
// CC0 1.0: no rights reserved.
#ifdef GL_ES
precision highp float;
#endif

uniform vec2 u_resolution;
uniform float u_time;
const float tiles = 4.0;
const vec3 ground = vec3(0.075, 0.105, 0.150);

// Scrambles lattice points with two irrational steps; plain GLSL ES 1.00 has no integer bits to mix.
float hash(vec2 p) {
    p = fract(p * vec2(0.7548777, 0.5698403) + vec2(0.31, 0.73));
    p = fract((p + p.yx * vec2(1.37, 2.11)) * vec2(61.7, 83.3));
    return fract((p.x + 1.7) * (p.y + 2.3) * 47.9);
}

// The dye changes slowly over the cloth, so strands that meet at an edge agree on their colour.
vec3 dye(vec2 p) {
    float v = 0.5 + 0.5 * sin(p.x * 0.55 + 1.3 * sin(p.y * 0.42) + 0.8);
    float w = 0.5 + 0.5 * sin(p.y * 0.63 - 1.1 * sin(p.x * 0.37) + 2.0);
    vec3 c = mix(vec3(0.93, 0.86, 0.72), vec3(0.90, 0.34, 0.20), smoothstep(0.25, 0.70, v));
    return mix(c, mix(vec3(0.95, 0.68, 0.22), vec3(0.16, 0.52, 0.50), v), smoothstep(0.45, 0.80, w));
}

const float HALF = 0.108;

// Lay one strand over col. off: distance from its middle line; s: distance along it; at: place on the cloth.
vec3 strand(vec3 col, float off, float s, vec2 at, float px, float way) {
    col *= 1.0 - 0.72 * smoothstep(HALF + 0.085, HALF - 0.02, abs(off));
    float round_off = sqrt(max(1.0 - off * off / (HALF * HALF), 0.0));
    float fibre = sin((s * 26.0 + off * 30.0 * way) * 1.0) * 0.5 + 0.5;
    vec3 c = dye(at) * (0.34 + 0.66 * round_off) * (0.86 + 0.14 * fibre);
    c = mix(c, ground * 1.2, 0.75 * smoothstep(px, -px, abs(abs(off) - 0.055) - 0.0075));
    return mix(col, c, smoothstep(px, -px, abs(off) - HALF));
}

vec3 bend(vec3 col, vec2 f, vec2 corner, float radius, vec2 at, float px) {
    vec2 q = f - corner;
    float a = atan(abs(q.y), abs(q.x)) / 1.5707963;
    float chequer = mod(corner.x + corner.y, 2.0) < 0.5 ? 1.0 : -1.0;
    return strand(col, length(q) - radius, a, at, px, chequer);
}

void main() {
    vec2 v = (gl_FragCoord.xy - 0.5 * u_resolution) / u_resolution.y;
    vec2 p = mat2(0.9239, 0.3827, -0.3827, 0.9239) * v * tiles + vec2(u_time * 0.09, 3.0);
    vec2 cell = floor(p), f = p - cell;
    float px = 1.2 * tiles / u_resolution.y;
    float kind = hash(cell + 5.0);

    vec3 col = ground * (0.85 + 0.15 * sin(p.x * 60.0) * sin(p.y * 60.0));
    if (kind < 0.84) {
        // Two pairs of concentric bends round opposite corners.
        if (kind < 0.42) f.x = 1.0 - f.x;
        for (int k = 0; k < 2; k++) {
            vec2 c = vec2(float(k));
            col = bend(col, f, c, 2.0 / 3.0, p, px);
            col = bend(col, f, c, 1.0 / 3.0, p, px);
        }
    } else {
        // A tight bend round each of the four corners leaves a little star.
        for (int k = 0; k < 4; k++) {
            col = bend(col, f, vec2(mod(float(k), 2.0), floor(float(k) / 2.0)), 1.0 / 3.0, p, px);
        }
    }
    col *= 1.06 - 0.34 * dot(v, v);
    col += (hash(gl_FragCoord.xy) - 0.5) / 90.0;
    gl_FragColor = vec4(col, 1.0);
}
