// Nine hundred seeds
// A sunflower head printed in two riso inks, one seed for each golden turn.
// CC0 1.0: no rights reserved.
#ifdef GL_ES
precision highp float;
#endif

uniform vec2 u_resolution;
uniform float u_time;
uniform float divergence; // = 137.508 in [136.0, 139.0] step 0.001 "Divergence, degrees"
uniform vec3 first_ink; // = vec3(0.960, 0.330, 0.230) color "First ink"
uniform vec3 second_ink; // = vec3(0.080, 0.330, 0.560) color "Second ink"

float hash(vec2 p) {
    p = fract(p * vec2(0.7548777, 0.5698403) + vec2(0.31, 0.73));
    p = fract((p + p.yx * vec2(1.37, 2.11)) * vec2(61.7, 83.3));
    return fract((p.x + 1.7) * (p.y + 2.3) * 47.9);
}

// Coverage of the seeds near p. Seed n sits at radius sqrt(n): only those within
// one spacing of this radius can touch the pixel, so the search is short.
vec2 seeds(vec2 p, float spread, float spin) {
    float r = length(p) / spread, base = floor(r * r);
    float step_angle = radians(divergence), best = 9.0, id = 0.0;
    for (int k = -34; k <= 34; k++) {
        float n = base + float(k);
        if (n < 1.0 || n > 900.0) continue;
        float a = n * step_angle + spin;
        vec2 c = sqrt(n) * spread * vec2(cos(a), sin(a));
        float t = n / 900.0;
        float wave = 0.5 + 0.5 * sin(sqrt(n) * 0.55 - u_time * 1.6 + 2.0 * sin(a));
        float size = spread * mix(0.30, 0.74, t) * (0.72 + 0.42 * wave);
        // Seeds stretch along the radius.
        vec2 d = p - c, e = normalize(c);
        d = vec2(dot(d, e) * mix(1.0, 0.74, t), dot(d, vec2(-e.y, e.x)));
        float dist = length(d) - size;
        if (dist < best) { best = dist; id = n; }
    }
    return vec2(best, id);
}

// A ring of petals: pointed ovals at even angles.
float petals(vec2 p, float count, float turn_by, float inner, float outer) {
    float a = atan(p.y, p.x) + turn_by, k = 6.2831853 / count;
    a = mod(a + 0.5 * k, k) - 0.5 * k;
    float r = length(p), u = clamp((r - inner) / (outer - inner), 0.0, 1.0);
    float w = 0.62 * k * sin(3.1415927 * pow(u, 0.62)) * (1.0 - 0.45 * u);
    return max(abs(a) - w, max(inner - r, r - outer)) * r;
}

void main() {
    vec2 p = (gl_FragCoord.xy - 0.5 * u_resolution) / u_resolution.y;
    float px = 1.0 / u_resolution.y;
    vec2 q = p - vec2(-0.17, -0.03);
    float spin = u_time * 0.06;

    // First ink: petals in two rings and a half-tone sun behind.
    float a1 = petals(q, 21.0, spin, 0.325, 0.66), a2 = petals(q, 21.0, spin + 0.15, 0.325, 0.60);
    float plate1 = max(0.62 * smoothstep(px, -px, a1), smoothstep(px, -px, a2));
    vec2 g = mat2(0.966, 0.259, -0.259, 0.966) * p * 62.0;
    float tone = 0.62 - 0.75 * length(p - vec2(0.62, 0.30));
    float dots = smoothstep(0.08, -0.08, length(fract(g) - 0.5) - 0.62 * max(tone, 0.0));
    plate1 = max(plate1, dots * step(0.0, a1) * step(0.0, a2) * 0.85);
    plate1 *= step(0.30, length(q));
    vec2 o = q + vec2(0.0035, -0.0025), s = seeds(o, 0.0113, spin);
    plate1 = max(plate1, smoothstep(0.345, 0.335, length(q)) * (0.35 + 0.35 * step(0.5, fract(s.y * 0.5))));

    // Second ink, slightly out of register: seeds, petal veins, a striped ground.
    float plate2 = smoothstep(px, -px, s.x);
    float a = atan(o.y, o.x) + spin, vein = abs(fract(a * 21.0 / 6.2831853 + 0.5) - 0.5);
    plate2 = max(plate2, 0.8 * smoothstep(0.05, 0.02, vein) * smoothstep(px, -px, petals(o, 21.0, spin, 0.36, 0.60)));
    float ground = smoothstep(-0.28, -0.50, p.y + 0.06 * sin(p.x * 3.0 + 1.0 + 0.3 * u_time)) * step(0.0, min(a1, a2));
    float stripe = smoothstep(0.10, 0.02, abs(fract(p.y * 46.0 + 1.4 * sin(p.x * 3.0 + 1.0)) - 0.5) - 0.34 * ground);
    plate2 = max(plate2, stripe * step(0.01, ground));

    // Riso inks are uneven and see-through: they multiply.
    float grain = hash(gl_FragCoord.xy), patchy = 0.90 + 0.10 * sin(p.x * 9.0 + 2.0 * sin(p.y * 7.0));
    plate1 *= (0.90 - 0.22 * step(0.90, grain)) * patchy;
    plate2 *= (0.93 - 0.26 * step(0.92, fract(grain * 17.0))) * patchy;
    vec3 paper = vec3(0.965, 0.940, 0.880) * (0.985 + 0.03 * (hash(floor(gl_FragCoord.xy / 2.0)) - 0.5));
    vec3 col = paper * mix(vec3(1.0), first_ink, plate1) * mix(vec3(1.0), second_ink, plate2);
    gl_FragColor = vec4(col, 1.0);
}
