// Rose window
// A kaleidoscope of stained pieces: twelve mirrors, slow light behind the glass.
// CC0 1.0: no rights reserved.
#ifdef GL_ES
precision highp float;
#endif

uniform float time;
uniform vec2 resolution;
varying vec2 surfacePosition;
uniform int mirrors; // = 12 in [4, 20] step 2 "Mirrors"

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

mat2 turn(float a) { return mat2(cos(a), sin(a), -sin(a), cos(a)); }

vec3 pane(float k) {
    vec3 c = mix(vec3(0.120, 0.100, 0.640), vec3(0.100, 0.440, 0.720), smoothstep(0.0, 0.30, k));
    c = mix(c, vec3(0.780, 0.090, 0.130), smoothstep(0.34, 0.38, k));
    c = mix(c, vec3(0.480, 0.110, 0.480), smoothstep(0.56, 0.60, k));
    c = mix(c, vec3(1.000, 0.640, 0.200), smoothstep(0.70, 0.73, k));
    c = mix(c, vec3(0.180, 0.520, 0.360), smoothstep(0.86, 0.88, k));
    return c;
}

void main() {
    vec2 p = surfacePosition * 2.05;
    float r = length(p), a = atan(p.y, p.x) + time * 0.05;

    // Fold the circle into one wedge.
    float wedge = 6.2831853 / float(mirrors);
    a = abs(mod(a, wedge) - 0.5 * wedge);
    vec2 q = r * vec2(cos(a), sin(a));

    // Leaded pieces: the nearest of a few slowly turning seeds, with the gap to the second nearest.
    vec2 g = turn(0.4) * q * 6.4 + vec2(5.0 + 0.35 * sin(time * 0.21), 2.0 + time * 0.09);
    vec2 cell = floor(g);
    float d1 = 9.0, d2 = 9.0, id = 0.0;
    for (int j = -1; j <= 1; j++) {
        for (int i = -1; i <= 1; i++) {
            vec2 k = cell + vec2(float(i), float(j));
            vec2 o = k + 0.5 + 0.40 * sin(time * 0.25 + 6.2832 * vec2(hash(k), hash(k + 37.0))) - g;
            float d = dot(o, o);
            if (d < d1) { d2 = d1; d1 = d; id = hash(k + 71.0); }
            else if (d < d2) { d2 = d; }
        }
    }
    float gap = sqrt(d2) - sqrt(d1);
    float w = 4.5 / resolution.y;

    // Stone tracery: rings and petals divide the rose.
    float petals = abs(r - 0.62 - 0.085 * cos(a * float(mirrors)));
    float inner = abs(r - 0.225 - 0.020 * cos(a * float(mirrors) * 2.0));
    float outer = abs(r - 0.955);
    float spoke = abs(q.y) + step(r, 0.225) + step(0.60, r);
    float stone = min(min(petals - 0.014, inner - 0.013), min(outer - 0.032, spoke - 0.010));
    float wall = r - 0.985;

    vec3 glass = pane(id);
    glass *= glass * 1.6;
    float wash = 0.35 + 0.85 * noise(g * 1.7 + 4.0) + 0.25 * noise(g * 7.0);
    vec2 low = p - vec2(0.40 * cos(time * 0.3), 0.38);
    float sun = exp(-dot(low, low) * 1.5);
    glass = mix(glass, glass * glass * 0.8, 0.5 * noise(g * 0.9 + 8.0));
    vec3 col = glass * wash * (0.22 + 1.25 * sun) * (0.55 + 0.9 * smoothstep(0.0, 0.5, gap));
    col += vec3(1.0, 0.9, 0.7) * 0.10 * sun * pow(noise(g * 15.0), 4.0);
    float lead = smoothstep(0.060 + w, 0.060 - w, gap);
    col = mix(col, vec3(0.014, 0.014, 0.020) + glass * 0.03, lead);
    float carved = smoothstep(w, -w, stone);
    col = mix(col, vec3(0.016, 0.015, 0.018) * (0.7 + 0.6 * noise(p * 30.0)), carved);

    // The nave wall, lit only by what the glass lets through.
    vec3 spill = pane(fract(0.2 + 0.5 * noise(vec2(a * 6.0, 3.0)))) * 0.16 * exp(-max(wall, 0.0) * 3.2) + 0.012;
    vec2 block = vec2(p.x * 3.0 + 0.5 * mod(floor(p.y * 6.0), 2.0), p.y * 6.0);
    vec2 joint = abs(fract(block) - 0.5);
    float mortar = smoothstep(0.46, 0.49, max(joint.x + 0.015, joint.y));
    vec3 ashlar = vec3(0.056, 0.054, 0.062) * (0.75 + 0.5 * hash(floor(block)) * 0.6 + 0.4 * noise(p * 24.0)) * (1.0 - 0.55 * mortar);
    col = mix(col, ashlar * (0.25 + 9.0 * spill), smoothstep(-w, w, wall));


    col = 1.0 - exp(-col * 2.0);
    col = pow(col, vec3(1.0 / 2.1)) + (hash(gl_FragCoord.xy) - 0.5) / 128.0;
    gl_FragColor = vec4(col, 1.0);
}
