// Long exposure
// Nine sparklers on hidden orbits; the plate forgets slowly and drifts outwards as it does.
// CC0 1.0: no rights reserved.
#ifdef GL_ES
precision highp float;
#endif

uniform float time;
uniform vec2 resolution;
uniform sampler2D backbuffer;
uniform float memory; // = 0.6 in [0.0, 1.0] "Memory"

// Scrambles lattice points with two irrational steps; plain GLSL ES 1.00 has no integer bits to mix.
float hash(vec2 p) {
    p = fract(p * vec2(0.7548777, 0.5698403) + vec2(0.31, 0.73));
    p = fract((p + p.yx * vec2(1.37, 2.11)) * vec2(61.7, 83.3));
    return fract((p.x + 1.7) * (p.y + 2.3) * 47.9);
}

// Place in xy and speed in zw of one sparkler. The second and third harmonics of its
// phase, and all the derivatives, come out of one sine and one cosine.
vec4 orbit(float i, float t) {
    float w = 0.55 + 0.06 * i, a = t * w + i * 2.4, c = cos(a), s = sin(a);
    float r = 0.20 + 0.13 * sin(t * 0.43 + i * 2.1);
    vec2 p = r * vec2(c, s) + 0.16 * vec2(c * c - s * s, s * (3.0 - 4.0 * s * s));
    p += 0.15 * vec2(cos(i * 1.7), 0.7 * sin(i * 2.9));
    vec2 v = w * (r * vec2(-s, c) + 0.16 * vec2(-4.0 * s * c, 3.0 * c * (4.0 * c * c - 3.0)));
    return vec4(p, v) * vec4(1.45, 1.0, 1.45, 1.0);
}

vec3 tint(float i) {
    vec3 c = mix(vec3(1.0, 0.36, 0.10), vec3(1.0, 0.74, 0.34), fract(i * 0.37));
    return mod(i, 3.0) < 0.5 ? vec3(0.16, 0.52, 1.0) : c;
}

// Distance from p to the stroke drawn during one short exposure.
float stroke(vec2 p, vec2 a, vec2 b) {
    vec2 d = b - a;
    return length(p - a - d * clamp(dot(p - a, d) / max(dot(d, d), 1e-7), 0.0, 1.0));
}

void main() {
    vec2 uv = gl_FragCoord.xy / resolution, p = (gl_FragCoord.xy - 0.5 * resolution) / resolution.y;

    // What is left of the last frame: pulled a little outwards and round, slightly blurred.
    vec2 q = (uv - 0.5) * (1.0 - 0.0035) + 0.5;
    q += vec2(-p.y, p.x) * vec2(resolution.y / resolution.x, 1.0) * 0.0016;
    vec2 e = 0.75 / resolution;
    vec3 past = texture2D(backbuffer, q).rgb * 0.6;
    past += 0.1 * (texture2D(backbuffer, q + vec2(e.x, 0.0)).rgb + texture2D(backbuffer, q - vec2(e.x, 0.0)).rgb);
    past += 0.1 * (texture2D(backbuffer, q + vec2(0.0, e.y)).rgb + texture2D(backbuffer, q - vec2(0.0, e.y)).rgb);
    past = max(past * mix(0.955, 0.990, memory) - 0.0022, 0.0);

    vec3 col = vec3(0.0);
    for (int k = 0; k < 9; k++) {
        float i = float(k);
        // A short stroke behind each head joins it to what the plate has kept.
        vec4 o = orbit(i, time);
        vec2 d = p - o.xy;
        float r = length(d), line = stroke(p, o.xy, o.xy - o.zw * 0.11);
        col += tint(i) * (0.0000110 / (line * line + 0.0000075));
        col += (tint(i) + 0.35) * (0.000016 / (r * r + 0.000020) + 0.0016 / (r + 0.02));

        // Sparks fly off each head and die within a tenth of a second.
        float ray = hash(floor(d / max(r, 1e-4) * 8.0) + vec2(floor(time * 24.0), i * 13.0));
        col += (tint(i) + 0.2) * step(0.72, ray) * smoothstep(0.060 * ray, 0.0, r) * 0.35;
    }
    col = 1.0 - exp(-col * 1.4);
    vec3 night = mix(vec3(0.200, 0.085, 0.120), vec3(0.035, 0.050, 0.125), smoothstep(-0.45, 0.20, p.y));
    night = mix(night, vec3(0.012, 0.020, 0.060), smoothstep(0.1, 0.6, p.y));
    float field = -0.40 + 0.03 * sin(p.x * 2.3 + 0.7) + 0.012 * sin(p.x * 7.0) + 0.010 * hash(vec2(floor(p.x * 260.0), 3.0));
    night *= 0.25 + 0.75 * smoothstep(-0.002, 0.004, p.y - field);
    col = min(max(max(past, night), col) + past * col * 0.2, 1.0);
    col += (hash(gl_FragCoord.xy + fract(time) * 61.0) - 0.5) / 255.0;
    gl_FragColor = vec4(col, 1.0);
}
