// Linocut
// A headland, a wave and the evening star, cut with one gouge and printed in two colours.
// CC0 1.0: no rights reserved.
precision highp float;

uniform vec3 iResolution;
uniform vec3 block; // = vec3(0.065, 0.115, 0.185) color "Key block"
uniform vec3 tone; // = vec3(0.930, 0.520, 0.280) color "Second block"

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

float px;

// Gouge cuts along lines of phase. light 0..1 widens the cut; s runs along it and breaks it
// into strokes that taper at both ends. Returns 1 where ink is left.
float gouge(float phase, float s, float light, float strokes, float sharp) {
    float row = floor(phase), f = abs(fract(phase) - 0.5);
    float k = s * strokes + hash(vec2(row, 3.0)) * 7.0, taper = sin(3.14159 * fract(k));
    float w = 0.5 * light * mix(1.0, pow(max(taper, 0.0), 0.45), 0.85);
    w += 0.035 * (noise(vec2(s * 46.0, row)) - 0.5);
    return smoothstep(w - sharp, w + sharp, f + (light < 0.03 ? 1.0 : 0.0));
}

void main() {
    vec2 p = (gl_FragCoord.xy - 0.5 * iResolution.xy) / iResolution.y;
    px = 1.0 / iResolution.y;
    p += 0.0018 * (vec2(noise(p * 70.0), noise(p * 70.0 + 9.0)) - 0.5);
    float ink = 1.0, second = 0.0;

    // Sky: rays of cuts round the sun, tighter lines above.
    vec2 sun = p - vec2(0.34, 0.115);
    float r = length(sun), a = atan(sun.y, sun.x);
    float rays = floor(2.0 + r * 3.0) * 24.0;
    float sky_light = clamp(0.98 - 0.72 * r, 0.10, 0.92);
    ink = gouge(a * 96.0 / 6.28318 + 0.5, r, sky_light, 5.2, 0.10);
    ink = mix(ink, gouge(r * 46.0, a * 0.8 + 2.0, 0.46, 2.2, 0.16), smoothstep(0.62, 0.63, r + 0.03 * sin(a * 14.0)));
    second = step(r, 0.62 + 0.012 * sin(a * 14.0));
    float disc = smoothstep(px, -px, r - 0.128);
    ink *= 1.0 - disc;
    ink = max(ink, smoothstep(px, -px, abs(r - 0.140) - 0.0045));

    // The headland: terraces follow the slope, firs on its back, a lighthouse at the tip.
    float back = -0.03 + 0.34 * exp(-pow((p.x + 0.72) * 1.75, 2.0)) + 0.045 * noise(vec2(p.x * 6.0, 1.0)) + 0.02 * noise(vec2(p.x * 19.0, 2.0));
    back *= smoothstep(0.10, -0.20, p.x);
    float land = p.y - back + 0.10 * smoothstep(-0.25, 0.08, p.x);
    float f = p.x * 26.0, fir_h = 0.075 * hash(vec2(floor(f), 5.0)) * smoothstep(-0.28, -0.5, p.x);
    float u = abs(fract(f) - 0.5) * 2.0;
    float fir = land - fir_h * (1.0 - u) * (0.75 + 0.4 * fract((1.0 - u) * 3.0));
    float on_land = smoothstep(px, -px, fir);
    float slope_light = clamp(0.25 + 0.55 * smoothstep(-0.95, -0.05, p.x) - 2.2 * smoothstep(-0.03, 0.05, land), 0.0, 0.72);
    float terrace = (land + 0.16 * p.x + 0.035 * noise(p * 5.0)) * 44.0;
    float cut_land = gouge(terrace, p.x * 1.3, slope_light * smoothstep(-0.012, -0.035, land), 3.1, 0.12);
    ink = mix(ink, cut_land, on_land);
    second *= 1.0 - on_land;
    ink *= 1.0 - smoothstep(px * 2.5, px * 1.2, abs(fir) - 0.0008) * 0.95 * step(-0.9, p.x);

    vec2 t = p - vec2(-0.30, 0.165);
    float taper = 0.020 - 0.055 * (t.y + 0.05);
    float tower = max(abs(t.x) - taper, abs(t.y) - 0.085), lamp = max(abs(t.x) - 0.011, abs(t.y - 0.105) - 0.018);
    float roof = max(abs(t.x) + (t.y - 0.125) * 0.75 - 0.018, 0.122 - t.y);
    float stripe = step(0.5, fract(t.y * 18.0 + 0.2));
    ink = mix(ink, 0.0, smoothstep(px, -px, tower - 0.004));
    ink = mix(ink, stripe, smoothstep(px, -px, tower));
    ink = mix(ink, 1.0, max(smoothstep(px, -px, lamp), smoothstep(px, -px, roof)));
    second = mix(second, 0.0, smoothstep(px, -px, tower - 0.004));
    second = max(second, smoothstep(px, -px, max(abs(t.x) - 0.007, abs(t.y - 0.105) - 0.011)));
    ink *= 1.0 - smoothstep(px, -px, max(abs(t.x) - 0.007, abs(t.y - 0.105) - 0.011));

    // The sea: swells cut along their own curve, each crest left white.
    for (int i = 0; i < 7; i++) {
        float k = float(i), depth = pow((k + 0.4) / 7.0, 1.45);
        float base = -0.055 - 0.52 * depth, amp = 0.012 + 0.070 * depth;
        float wave_x = p.x * (5.8 - 3.7 * depth) + k * 2.3;
        float crest = base + amp * (1.0 - 2.0 * sqrt(abs(sin(wave_x))) * 0.9) + 0.010 * noise(vec2(p.x * 9.0, k));
        float d = p.y - crest;
        float on = smoothstep(px, -px, d);
        float flow = d / amp + 0.30 * cos(wave_x);
        float light = clamp(0.62 - 0.55 * smoothstep(0.0, -2.2, d / amp) + 0.22 * exp(-pow((p.x - 0.34) * 4.5, 2.0)), 0.08, 0.85);
        float cuts = gouge(flow * 3.2, wave_x * 0.42, light, 2.3, 0.11);
        ink = mix(ink, cuts, on);
        second = mix(second, step(abs(p.x - 0.34 + 0.03 * sin(p.y * 70.0)), 0.11 + 0.10 * depth) * step(light, 2.0), on);
        ink *= 1.0 - smoothstep(px, -px, abs(d + 0.004) - 0.0035 - 0.004 * depth);
        float foam = noise(vec2(wave_x * 7.0, k * 3.0));
        ink *= 1.0 - on * smoothstep(0.62, 0.66, foam) * smoothstep(-0.045 * depth - 0.012, -0.004, d);
    }

    // The star, the border of the block, and chatter: ridges the gouge left behind.
    vec2 st = abs(p - vec2(-0.06, 0.365));
    ink *= 1.0 - smoothstep(px, -px, min(st.x * 6.0 + st.y, st.y * 6.0 + st.x) - 0.040);
    vec2 b = abs(p) - vec2(0.5 * iResolution.x / iResolution.y - 0.040, 0.460) + 0.003 * noise(p * 30.0);
    float frame = max(b.x, b.y);
    float chatter = smoothstep(0.78, 0.84, noise(vec2(p.x * 24.0, p.y * 210.0))) * 0.75;
    float margin = smoothstep(px, -px, frame);
    ink = mix(chatter * smoothstep(0.018, 0.0, frame) * 0.6, ink, margin);
    ink = mix(ink, 1.0, smoothstep(px, -px, abs(frame + 0.006) - 0.005));
    second *= margin;

    // Two passes through the press: the ink is salty where the paper has tooth.
    float salt = noise(gl_FragCoord.xy * 0.55) * 0.6 + hash(gl_FragCoord.xy) * 0.4;
    vec3 paper = vec3(0.945, 0.915, 0.850) * (0.975 + 0.04 * noise(gl_FragCoord.xy * 0.13));
    vec3 col = mix(paper, paper * mix(tone, vec3(0.98, 0.74, 0.42), smoothstep(0.05, -0.4, p.y)), second * (0.97 - 0.30 * step(0.80, salt)));
    col = mix(col, block, clamp(ink, 0.0, 1.0) * (0.97 - 0.42 * step(0.84, salt)));
    gl_FragColor = vec4(col, 1.0);
}
