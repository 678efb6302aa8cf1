// Gyroid lantern
// A pierced porcelain globe with a lamp inside.
// CC0 1.0: no rights reserved.

const float mesh = 7.5;
const vec3 lamp = vec3(1.0, 0.62, 0.28);

float hash(vec2 p) {
    uvec2 q = uvec2(ivec2(floor(p))) * uvec2(0x9E3779B1u, 0x85EBCA77u);
    uint h = (q.x ^ (q.y >> 3)) * 0xC2B2AE3Du;
    h = (h ^ (h >> 15)) * 0x27D4EB2Fu;
    return float((h ^ (h >> 13)) >> 8) / 16777216.0;
}

float noise(vec2 p) {
    vec2 i = floor(p), f = p - i;
    f = f * f * (3.0 - 2.0 * f);
    return mix(mix(hash(i), hash(i + vec2(1, 0)), f.x),
               mix(hash(i + vec2(0, 1)), hash(i + vec2(1, 1)), f.x), f.y);
}

mat2 turn(float a) { return mat2(cos(a), sin(a), -sin(a), cos(a)); }

const float RADIUS = 1.05;

vec3 spin(vec3 p) {
    p.xz = turn(iTime * 0.22 + 0.3) * p.xz;
    p.xy = turn(0.35) * p.xy;
    return p;
}

float gyroid(vec3 p) {
    p = spin(p) * mesh;
    return dot(sin(p), cos(p.yzx)) / mesh;
}

// The globe: a shell kept only where the gyroid is thin.
float globe(vec3 p) {
    return max(abs(length(p) - RADIUS) - 0.06, abs(gyroid(p)) * 0.62 - 0.034);
}

float base(vec3 p) {
    vec2 q = vec2(length(p.xz), p.y + 1.16);
    vec2 d = abs(q) - vec2(0.36, 0.10);
    return length(max(d, 0.0)) + min(max(d.x, d.y), 0.0) - 0.035;
}

float map(vec3 p) { return min(globe(p), base(p)); }

vec3 normal(vec3 p) {
    vec2 e = vec2(0.0015, -0.0015);
    return normalize(e.xyy * map(p + e.xyy) + e.yyx * map(p + e.yyx) + e.yxy * map(p + e.yxy) + e.xxx * map(p + e.xxx));
}

// How much lamplight reaches p.
float thrown(vec3 p) {
    return 0.6 / (0.35 + 0.30 * dot(p, p));
}

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    vec3 ro = vec3(0.0, 0.35, 6.0);
    vec3 w = normalize(vec3(0.0, -0.12, 0.0) - ro), u = normalize(cross(w, vec3(0, 1, 0))), v = cross(u, w);
    vec3 rd = normalize(uv.x * u + uv.y * v + 2.35 * w);

    // The room: a wall behind, a table below, both lit only by the lantern.
    float tw = (-1.9 - ro.z) / rd.z, tt = (-1.30 - ro.y) / rd.y;
    bool table = tt > 0.0 && tt < tw;
    float t_room = table ? tt : tw;
    vec3 q = ro + rd * t_room, n = table ? vec3(0, 1, 0) : vec3(0, 0, 1);
    vec3 paint = vec3(0.40, 0.36, 0.34) * (0.92 + 0.16 * noise(q.xy * 9.0));
    if (table) {
        float plank = noise(vec2(q.x * 1.2 + 4.0, q.z * 16.0)) * 0.6 + noise(vec2(q.x * 5.0, q.z * 61.0)) * 0.4;
        paint = mix(vec3(0.20, 0.105, 0.055), vec3(0.36, 0.20, 0.11), plank);
        paint *= smoothstep(0.0, 0.02, abs(fract(q.z * 0.9 + 0.3) - 0.5));
    }
    float facing = max(dot(n, -normalize(q)), 0.0);
    vec3 col = paint * lamp * thrown(q) * (0.35 + facing) * 3.4;
    col += paint * lamp * 0.22 / (0.4 + 0.12 * dot(q, q));
    col += paint * vec3(0.030, 0.045, 0.085);
    if (table) {
        float contact = smoothstep(0.30, 0.75, length(q.xz));
        col *= 0.25 + 0.75 * contact;
        vec3 r = reflect(rd, n);
        vec3 m = q + r * ((-1.9 - q.z) / r.z);
        col += lamp * thrown(m) * 0.05;
    }

    // The globe itself.
    float b = dot(ro, rd), disc = b * b - dot(ro, ro) + 1.7 * 1.7;
    float glow = 0.0;
    if (disc > 0.0) {
        float t = -b - sqrt(disc), far = -b + sqrt(disc), d = 1.0;
        for (int i = 0; i < 76; i++) {
            vec3 p = ro + rd * t;
            d = map(p);
            if (d < 0.0015 || t > far) break;
            t += d * 0.72;
            glow += 0.010 / (0.35 + dot(p, p) * 2.2);
        }
        if (d < 0.004 && t < min(far, t_room + 0.01)) {
            vec3 p = ro + rd * t, m = normal(p);
            if (globe(p) < base(p)) {
                float inside = smoothstep(RADIUS + 0.02, RADIUS - 0.06, length(p));
                float towards = max(dot(m, -normalize(p)), 0.0);
                float through = exp(-abs(length(p) - RADIUS + 0.06) * 9.0);
                col = vec3(0.92, 0.88, 0.82) * (lamp * (0.10 + 2.0 * towards + 1.1 * inside) + lamp * lamp * 0.42 * through);
                col += vec3(0.10, 0.14, 0.22) * (0.4 + 0.6 * max(dot(m, normalize(vec3(-0.6, 0.7, 0.6))), 0.0));
                col += vec3(0.30, 0.36, 0.45) * pow(max(dot(reflect(rd, m), normalize(vec3(-0.6, 0.7, 0.6))), 0.0), 30.0);
            } else {
                float band = 0.6 + 0.4 * noise(vec2(p.y * 40.0, 1.0));
                col = vec3(0.10, 0.075, 0.05) * band + vec3(0.75, 0.48, 0.22) * pow(max(dot(reflect(rd, m), normalize(vec3(-0.5, 0.5, 0.7))), 0.0), 7.0) * 0.7;
                col += lamp * 0.25 * smoothstep(-1.25, -1.02, p.y);
            }
        } else {
            float bulb = length(ro + rd * -b);
            if (-b > 0.0) col += lamp * 2.6 * smoothstep(0.20, 0.12, bulb);
        }
    }
    col += lamp * (glow * 0.55 + 0.055 * exp(-dot(uv, uv) * 1.3));
    col *= 1.0 - 0.13 * dot(uv * 0.8, uv * 0.8);
    col = 1.0 - exp(-col * 1.6);
    col = pow(col, vec3(1.0 / 2.2)) + (hash(fragCoord + 3.0) - 0.5) / 120.0;
    fragColor = vec4(col, 1.0);
}
