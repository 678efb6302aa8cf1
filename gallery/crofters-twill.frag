// Crofter's twill
// A tartan thread by thread: two over, two under, lit so that every float of yarn catches the sun.
// CC0 1.0: no rights reserved.
#ifdef GL_ES
precision highp float;
#endif

uniform vec2 u_resolution;
uniform float u_time;
uniform float threads; // = 62.0 in [24.0, 120.0] step 2.0 "Threads per height"
uniform vec3 moss; // = vec3(0.150, 0.235, 0.150) color "First yarn"
uniform vec3 heather; // = vec3(0.330, 0.140, 0.250) color "Second yarn"

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

// The sett: the colour of thread n, mirrored about its pivots.
vec3 sett(float n) {
    float k = abs(mod(n, 56.0) - 28.0);
    vec3 c = moss;
    if (k > 9.0) c = heather;
    if (k > 15.0) c = vec3(0.075, 0.110, 0.190);
    if (k > 23.0) c = moss * 0.62;
    if (k == 3.0 || k == 4.0) c = vec3(0.800, 0.620, 0.200);
    if (k == 12.0) c = vec3(0.780, 0.760, 0.690);
    if (k == 20.0 || k == 21.0) c = vec3(0.560, 0.130, 0.090);
    return c;
}

void main() {
    vec2 v = (gl_FragCoord.xy - 0.5 * u_resolution) / u_resolution.y;

    // The cloth lies in soft folds that breathe as if someone slept beneath it.
    float t = u_time * 0.5;
    vec2 q = mat2(0.957, 0.290, -0.290, 0.957) * v;
    float ph = q.x * 4.2 + 1.1 * sin(q.y * 2.6 + 0.6) + 0.25 * sin(t);
    float fold = sin(ph) + 0.45 * sin(ph * 2.3 + 1.7 * q.y + 0.3 * sin(t * 0.8));
    float slope = cos(ph) + 1.03 * cos(ph * 2.3 + 1.7 * q.y + 0.3 * sin(t * 0.8));
    q += vec2(0.030, 0.012) * fold;

    vec2 g = q * threads + 200.0;
    vec2 n = floor(g), f = fract(g) - 0.5;
    // Two over two: the float moves one thread to the right on each pick.
    float over = mod(n.x + n.y, 4.0) < 2.0 ? 1.0 : 0.0;
    float along = over > 0.5 ? mod(n.y + n.x, 4.0) + (f.y + 0.5) : 3.0 - mod(n.x + n.y, 4.0) + 0.5 - f.x;
    along = mod(along, 2.0) - 1.0;
    float across = over > 0.5 ? f.x : f.y;

    vec3 yarn = over > 0.5 ? sett(n.x) : sett(n.y);
    vec3 other = over > 0.5 ? sett(n.y) : sett(n.x);
    float barrel = sqrt(max(1.0 - across * across * 3.6, 0.0));
    float arch = 1.0 - along * along;
    float ply = 0.5 + 0.5 * sin((along * 2.6 + across * 3.0) * 3.1415927);
    float fleck = noise(vec2(over > 0.5 ? n.x * 7.0 : n.y * 7.0 + 50.0, (over > 0.5 ? g.y : g.x) * 0.35));
    vec3 c = mix(yarn, yarn * 1.35 + 0.02, fleck * 0.55) * (0.72 + 0.38 * ply);
    c *= 0.20 + 0.85 * barrel * (0.45 + 0.55 * arch);
    c = mix(other * 0.12, c, smoothstep(0.50, 0.40, abs(across)));

    // Wool takes light softly; the twill line glints where the fold turns to the window.
    float light = 0.86 + 0.34 * slope + 0.16 * fold;
    c *= max(light, 0.12) * 1.55;
    c += vec3(1.0, 0.92, 0.78) * 0.085 * barrel * arch * smoothstep(0.4, 1.6, slope) * (over > 0.5 ? 1.0 : 0.55);
    float hair = noise(q * 210.0 + 4.0) * noise(q * vec2(340.0, 90.0));
    c += 0.030 * hair * smoothstep(-0.5, 1.5, slope);

    c *= 1.05 - 0.38 * dot(v, v);
    c = 1.0 - exp(-c * 1.05);
    c = pow(c, vec3(1.0 / 2.0)) + (hash(gl_FragCoord.xy) - 0.5) / 100.0;
    gl_FragColor = vec4(c, 1.0);
}
