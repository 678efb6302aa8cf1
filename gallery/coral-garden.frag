// Coral garden
// A pattern that feeds on its own last frame: blurred, sharpened, and pulled along a slow current.
// CC0 1.0: no rights reserved.
#ifdef GL_ES
precision highp float;
#endif

uniform float time;
uniform vec2 resolution;
uniform vec2 mouse;
uniform sampler2D backbuffer;
uniform float growth; // = 0.5 in [0.0, 1.0] "Growth"

// Scrambles lattice points with two irrational steps; plain GLSL ES 1.00 has no integer bits to mix.
float hash(vec2 p) {
    p = fract(p * vec2(0.7548777, 0.5698403) + vec2(0.31, 0.73));
    p = fract((p + p.yx * vec2(1.37, 2.11)) * vec2(61.7, 83.3));
    return fract((p.x + 1.7) * (p.y + 2.3) * 47.9);
}

// The picture itself carries the state: its luminance runs from sea blue (0) to coral (1).
const vec3 SEA = vec3(0.035, 0.115, 0.190);
const vec3 REEF = vec3(1.000, 0.520, 0.400);

float state(vec2 uv) {
    vec3 c = texture2D(backbuffer, uv).rgb;
    return clamp((c.r - SEA.r) / (REEF.r - SEA.r), 0.0, 1.0);
}

// A ring of samples at the given radius, in pixels.
float ring(vec2 uv, float radius) {
    vec2 d = radius / resolution;
    float s = state(uv + d * vec2(1.0, 0.0)) + state(uv - d * vec2(1.0, 0.0));
    s += state(uv + d * vec2(0.0, 1.0)) + state(uv - d * vec2(0.0, 1.0));
    d *= 0.7071;
    s += state(uv + d) + state(uv - d) + state(uv + d * vec2(1.0, -1.0)) + state(uv - d * vec2(1.0, -1.0));
    return s * 0.125;
}

void main() {
    vec2 uv = gl_FragCoord.xy / resolution, p = (gl_FragCoord.xy - 0.5 * resolution) / resolution.y;
    float unit = resolution.y / 360.0;

    // Drift: a slow double gyre, so that the garden keeps re-growing along its seams.
    vec2 flow = vec2(-sin(p.y * 5.0 + 0.4 * time), sin(p.x * 3.6 - 0.3 * time)) * 0.18 + p * 0.12;
    vec2 at = uv - flow * unit / resolution;

    // Near neighbours excite, a wider ring inhibits.
    float near = ring(at, 2.6 * unit), wide = 0.5 * (ring(at, 9.5 * unit) + ring(at, 14.0 * unit));
    float v = mix(state(at), near, 0.75);
    float tide = sin(p.x * 3.1 + 0.25 * time) + sin(p.y * 4.3 - 0.2 * time + 1.7 * sin(p.x * 2.0)) + 0.6 * sin(p.x * 7.0 - p.y * 5.0);
    float bias = mix(-0.06, 0.06, growth) + 0.075 * tide - 0.040 * smoothstep(0.35, 0.95, length(p));
    v += 1.9 * (near - wide) + bias - 0.012;
    v = clamp(v, 0.0, 1.0);

    // Seeds: a scatter of dots in the first second and on an empty plate, a few more for ever after.
    vec2 cell = floor(p * 18.0), f = fract(p * 18.0) - 0.5;
    f -= 0.5 * (vec2(hash(cell + 5.0), hash(cell + 11.0)) - 0.5);
    float beat = floor(time * 3.0);
    bool empty = time < 0.7 || texture2D(backbuffer, uv).r < 0.01;
    float sow = step(empty ? 0.62 : 0.994, hash(cell + beat * 7.0));
    v = max(v, sow * smoothstep(0.42, 0.22, length(f)));
    float touch = length(p - (mouse - 0.5) * vec2(resolution.x / resolution.y, 1.0));
    v = max(v, smoothstep(0.05, 0.03, abs(touch - 0.12 - 0.02 * sin(time))) * step(time, 0.7));

    vec3 c = mix(SEA, REEF, v);
    // Shading and local colour touch green and blue only: red is the state.
    float warm = 0.5 + 0.30 * tide;
    c.gb += v * mix(vec2(-0.24, 0.16), vec2(0.24, -0.10), clamp(warm, 0.0, 1.0));
    c.gb += (1.0 - v) * mix(vec2(-0.07, 0.05), vec2(0.10, 0.10), clamp(warm, 0.0, 1.0));
    vec2 towards = vec2(-3.0, 3.0) * unit / resolution;
    float lit = state(at + towards) - state(at - towards);
    c.gb += vec2(0.22, 0.30) * clamp(-lit, -0.4, 0.7);
    c.gb += vec2(0.10, 0.16) * (wide - 0.35) * (1.0 - v);
    gl_FragColor = vec4(c, 1.0);
}
