// Two combs
// Op art in two inks: fine rings laid over fine rings, where only the difference moves.
// CC0 1.0: no rights reserved.
precision highp float;

uniform float time;
uniform vec2 resolution;
uniform vec2 mouse;
uniform float pitch; // = 46.0 in [20.0, 80.0] step 1.0 "Rings per height"

// A square wave softened to one pixel, from a phase and its rate per pixel.
float comb(float phase, float rate) {
    float w = clamp(rate * 1.2, 0.02, 1.0);
    float tri = abs(fract(phase) - 0.5) * 2.0;
    return mix(smoothstep(0.5 - w, 0.5 + w, tri), 0.5, smoothstep(0.5, 1.0, rate));
}

// Rings bent by a swelling that passes slowly across the sheet.
float rings(vec2 p, vec2 c, float n, float warp) {
    vec2 d = p - c;
    float a = atan(d.y, d.x);
    float r = length(d) + warp * sin(a * 5.0 + time * 0.5) * exp(-length(d) * 1.3);
    return r * n;
}

void main() {
    vec2 p = (gl_FragCoord.xy - 0.5 * resolution) / resolution.y;
    vec2 sway = 0.055 * vec2(cos(time * 0.8), sin(time * 0.8)) + 0.03 * (mouse - 0.5);
    float rate = pitch / resolution.y;

    float a = comb(rings(p, vec2(-0.13, 0.02) + sway, pitch, 0.030), rate);
    float b = comb(rings(p, vec2(0.13, -0.02) - sway, pitch, -0.030) + 0.25, rate);

    // Inside the lens the two combs are subtracted; outside runs a third, straight one in red.
    float lens = length(p) - 0.405 - 0.012 * sin(time * 0.7);
    float edge = smoothstep(1.5 / resolution.y, -1.5 / resolution.y, lens);


    vec3 paper = vec3(0.945, 0.915, 0.850), red = vec3(0.880, 0.165, 0.120), blue = vec3(0.070, 0.130, 0.330);
    float bars = comb(p.x * pitch * 1.02 + 0.22 * sin(p.y * 5.0 + time * 0.6), rate);
    vec3 over = mix(paper, red, (1.0 - bars) * step(abs(p.x), 0.79));
    float x = abs(a - b);
    vec3 inside = mix(paper, blue, x);
    vec3 col = mix(over, inside, edge);


    // A sheet lies a little uneven under the lamp.
    col *= 1.02 - 0.16 * dot(p * vec2(0.6, 0.9), p * vec2(0.6, 0.9));
    gl_FragColor = vec4(col, 1.0);
}
