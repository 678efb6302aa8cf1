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

vec2 orbit(float i, float t) {
    float a = t * (0.55 + 0.06 * i) + i * 0.698;
    float r = 0.20 + 0.13 * sin(t * 0.43 + i * 2.1);
    vec2 p = r * vec2(cos(a), sin(a)) + 0.16 * vec2(cos(-2.0 * a + i), sin(3.0 * a - i * 0.5));
    return p * vec2(1.45, 1.0);
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
        // The stroke is long enough to look finished even on the very first frame.
        vec2 a = orbit(i, time);
        for (int s = 0; s < 6; s++) {
            float t0 = time - float(s) * 0.05;
            vec2 b = orbit(i, t0 - 0.05);
            float d = stroke(p, a, b), fade = 1.0 - float(s) / 6.0;
            col += tint(i) * (0.0000075 / (d * d + 0.0000065)) * fade * fade * 0.55;
            a = b;
        }
        vec2 head = orbit(i, time);
        float r = length(p - head);
        col += (tint(i) + 0.35) * (0.000050 / (r * r + 0.000035) + 0.0016 / (r + 0.02));

        // Sparks fly off each head and die within a tenth of a second.
        vec2 d = p - head;
        float ray = hash(vec2(floor(atan(d.y, d.x) * 9.0), floor(time * 24.0) + i * 13.0));
        col += (tint(i) + 0.2) * step(0.72, ray) * smoothstep(0.075 * ray, 0.0, r) * 0.5;
    }
    col = 1.0 - exp(-col * 1.4);
    vec3 night = mix(vec3(0.030, 0.026, 0.050), vec3(0.010, 0.014, 0.030), length(p));
    col = max(max(past, night), col) + past * col * 0.2;
    col += (hash(gl_FragCoord.xy + fract(time) * 61.0) - 0.5) / 255.0;
    gl_FragColor = vec4(col, 1.0);
}
