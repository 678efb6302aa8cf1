// Neon truchet
// A fork of "Woven truchet": the strands are glass tubes now, mounted on a dark wall and buzzing.
// CC0 1.0: no rights reserved.
#ifdef GL_ES
precision highp float;
#endif

uniform vec2 u_resolution;
uniform float u_time;
uniform float tiles; // = 4.0 in [2.0, 9.0] step 1.0 "Tiles per height"
uniform vec3 ground; // = vec3(0.062, 0.050, 0.075) color "Wall"

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
    vec3 c = mix(vec3(1.00, 0.20, 0.42), vec3(1.00, 0.42, 0.10), smoothstep(0.25, 0.70, v));
    return mix(c, mix(vec3(0.10, 0.85, 1.00), vec3(0.42, 0.22, 1.00), v), smoothstep(0.45, 0.80, w));
}

const float HALF = 0.042;

// Lay one strand over col. off: distance from its middle line; s: distance along it; at: place on the cloth.
vec3 strand(vec3 col, float off, float s, vec2 at, float px, float way) {
    float flicker = 0.90 + 0.10 * sin(u_time * 9.0 + at.x * 0.7) * sin(u_time * 5.3 + at.y * 0.9);
    float run = fract(s * 0.5 - u_time * 0.28 * way), surge = 0.75 + 0.75 * smoothstep(0.30, 0.0, abs(run - 0.5));
    vec3 gas = dye(at) * flicker;

    // The tube shades the wall and whatever passes under it, then lights both.
    col *= 1.0 - 0.55 * smoothstep(HALF + 0.035, HALF, abs(off));
    col += gas * gas * (0.30 * exp(-abs(off) * 9.0) + 0.10 * exp(-abs(off) * 3.5)) * surge;
    float round_off = sqrt(max(1.0 - off * off / (HALF * HALF), 0.0));
    vec3 c = gas * gas * (0.55 + 1.25 * round_off) * surge + (0.15 + 0.70 * surge) * pow(round_off, 6.0);
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

    // Painted brick in the wall's own frame.
    vec2 b = vec2(v.x * 7.0 + 0.5 * mod(floor(v.y * 16.0), 2.0), v.y * 16.0), joint = abs(fract(b) - 0.5);
    vec3 col = ground * ground * (4.0 + 2.5 * hash(floor(b))) * (1.0 - 0.6 * smoothstep(0.42, 0.48, max(joint.x + 0.04, joint.y)));
    if (kind < 0.42) {
        // Four bars over and under each other.
        for (int k = 0; k < 2; k++) {
            float y = (float(k) + 1.0) / 3.0;
            col = strand(col, f.y - y, f.x, p, px, 1.0);
        }
        for (int k = 0; k < 2; k++) {
            float x = (float(k) + 1.0) / 3.0;
            col = strand(col, f.x - x, f.y, p, px, -1.0);
        }
        // Bring a horizontal bar back on top at every other crossing.
        vec2 near = floor(f * 2.0);
        if (mod(near.x + near.y + floor(hash(cell) * 2.0), 2.0) < 0.5) {
            col = strand(col, f.y - (near.y + 1.0) / 3.0, f.x, p, px, 1.0);
        }
    } else if (kind < 0.84) {
        // Two pairs of concentric bends round opposite corners.
        if (kind < 0.63) f.x = 1.0 - f.x;
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
    col *= 1.06 - 0.40 * dot(v, v);
    col = 1.0 - exp(-col * 1.7);
    col = pow(col, vec3(1.0 / 2.0));
    col += (hash(gl_FragCoord.xy) - 0.5) / 90.0;
    gl_FragColor = vec4(col, 1.0);
}
