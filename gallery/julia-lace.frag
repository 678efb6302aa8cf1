// Julia lace
// A Julia set caught by two traps, a cross and a ring, as if crocheted on dark velvet.
// CC0 1.0: no rights reserved.
precision highp float;
precision highp int;

uniform float iTime;
uniform vec2 iResolution;
uniform float trap; // = 0.5 in [0.05, 1.0] "Radius of the ring"
uniform vec3 thread; // = vec3(0.97, 0.90, 0.78) color "Thread"
uniform vec3 velvet; // = vec3(0.30, 0.045, 0.115) color "Velvet"
out vec4 result;

vec2 square(vec2 z) { return vec2(z.x * z.x - z.y * z.y, 2.0 * z.x * z.y); }

vec3 sampleAt(vec2 uv) {
    float a = iTime * 0.16;
    vec2 c = vec2(-0.7925, 0.1560) + 0.0075 * vec2(cos(a * 2.0), sin(a * 3.0));
    float turn = 0.35 + 0.06 * sin(a);
    vec2 z = mat2(cos(turn), sin(turn), -sin(turn), cos(turn)) * uv * 0.98;

    // Orbit statistics: nearest pass to the axes and to the ring, and when each happened.
    float cross_trap = 9.0, ring_trap = 9.0, when = 0.0, smooth_n = 0.0, sum = 0.0;
    int n = 0;
    for (; n < 150; n++) {
        z = square(z) + c;
        float r2 = dot(z, z);
        if (r2 > 64.0) break;
        float x = min(abs(z.x + 0.10), abs(z.y)), o = abs(sqrt(r2) - trap);
        if (n > 1 && n < 26 && o < ring_trap) { ring_trap = o; when = float(n); }
        if (n > 3 && n < 34) cross_trap = min(cross_trap, x);
        sum += exp(-9.0 * o);
    }
    smooth_n = float(n) + 1.0 - log2(max(log2(max(dot(z, z), 1.0001)) * 0.5, 1e-4) / 3.0);

    // Pile of the velvet: deep wine that lightens along the escape bands.
    float band = 0.5 + 0.5 * sin(smooth_n * 0.36 - iTime * 0.5);
    vec3 col = velvet * velvet * (0.35 + 1.7 * smoothstep(0.0, 46.0, smooth_n)) + velvet * 0.22 * band * smoothstep(2.0, 20.0, smooth_n);
    if (n >= 150) col = velvet * 0.10;

    // Lace: fine loops from the ring, picots from the cross, a gold cord where both meet.
    float loop_line = smoothstep(0.022, 0.004, ring_trap);
    float picot = smoothstep(0.0055, 0.0010, cross_trap);
    float shade = 0.55 + 0.45 * sin(when * 0.8 + 1.2);
    vec3 lace = mix(thread, thread * vec3(0.80, 0.62, 0.58), shade * 0.6);
    col = mix(col, lace * lace * 0.9, loop_line * (0.30 + 0.70 * smoothstep(0.0, 9.0, when)));
    col = mix(col, thread * thread * 1.05, picot * 0.85);
    col += vec3(0.95, 0.56, 0.16) * 0.55 * pow(picot * loop_line, 1.5);
    col += velvet * vec3(1.0, 0.45, 0.40) * 0.030 * min(sum, 9.0);
    return col;
}

void main() {
    vec2 uv = (2.0 * gl_FragCoord.xy - iResolution) / iResolution.y;
    vec3 col = vec3(0.0);
    for (int i = 0; i < 4; i++) {
        vec2 o = vec2(float(i & 1) - 0.25 * float(i >> 1), float(i >> 1) + 0.25 * float(i & 1)) * 0.75 - 0.375;
        col += sampleAt(uv + o * 2.0 / iResolution.y) * 0.25;
    }
    col *= 1.0 - 0.17 * dot(uv * 0.75, uv * 0.75);
    col = 1.0 - exp(-col * 2.1);
    float grain = fract(fract(gl_FragCoord.x * 0.7548777) * 61.7 + fract(gl_FragCoord.y * 0.5698403) * 83.3 * fract(gl_FragCoord.x * 0.311));
    result = vec4(pow(col, vec3(1.0 / 2.1)) + (grain - 0.5) / 120.0, 1.0);
}
