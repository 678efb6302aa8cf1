// Terrazzo
// Marble chips in lime cement, ground flat and polished. Sized in pixels, so a larger picture shows more floor.
// CC0 1.0: no rights reserved.
precision highp float;

uniform vec3 cement; // = vec3(0.900, 0.865, 0.805) color "Cement"
uniform float chips; // = 0.75 in [0.2, 1.0] "Chips"

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

vec2 seed_of(vec2 k) { return 0.5 + 0.42 * (2.0 * vec2(hash(k), hash(k + 53.0)) - 1.0); }

// Distance to the border of the Voronoi cell in x; the cell's number in y.
vec2 shard(vec2 p) {
    vec2 cell = floor(p), near = vec2(0.0), id = cell;
    float best = 9.0, edge = 9.0;
    for (int j = -1; j <= 1; j++) {
        for (int i = -1; i <= 1; i++) {
            vec2 c = vec2(float(i), float(j)), o = c + seed_of(cell + c) - (p - cell);
            float d = dot(o, o);
            if (d < best) { best = d; near = o; id = cell + c; }
        }
    }
    for (int j = -1; j <= 1; j++) {
        for (int i = -1; i <= 1; i++) {
            vec2 k = id + vec2(float(i), float(j)), o = k + seed_of(k) - p, d = o - near;
            if (dot(d, d) > 0.001) edge = min(edge, dot(0.5 * (o + near), normalize(d)));
        }
    }
    return vec2(edge, hash(id + 29.0));
}

vec3 marble(float k, vec2 p) {
    vec3 c = vec3(0.745, 0.330, 0.230);
    if (k > 0.17) c = vec3(0.225, 0.365, 0.345);
    if (k > 0.34) c = vec3(0.860, 0.640, 0.330);
    if (k > 0.50) c = vec3(0.290, 0.255, 0.285);
    if (k > 0.62) c = vec3(0.870, 0.725, 0.685);
    if (k > 0.78) c = vec3(0.520, 0.610, 0.650);
    if (k > 0.90) c = vec3(0.975, 0.960, 0.930);
    float vein = abs(noise(p * 0.055 + k * 40.0 + 1.5 * noise(p * 0.03 + k * 90.0)) - 0.5);
    c *= 0.90 + 0.20 * noise(p * 0.11 + k * 17.0);
    return mix(c, mix(c, vec3(1.0), 0.55), smoothstep(0.045, 0.0, vein));
}

// Press one grade of chips into the floor.
vec3 grade(vec3 floor_colour, vec2 p, float size, float share, float seed) {
    vec2 q = mat2(cos(seed), sin(seed), -sin(seed), cos(seed)) * p / size + seed * 31.0;
    q += 0.05 * (vec2(noise(q * 3.0), noise(q * 3.0 + 9.0)) - 0.5);
    vec2 s = shard(q);
    float margin = 0.055 + 0.26 * fract(s.y * 13.7);
    float d = (s.x - margin) * size;
    float present = step(fract(s.y * 7.3), share * chips);
    vec3 c = marble(fract(s.y * 3.1 + seed), p);
    c *= 1.0 + 0.10 * smoothstep(3.0, 0.0, d);
    floor_colour *= 1.0 - 0.16 * present * smoothstep(-1.8, 0.0, d);
    return mix(floor_colour, c, present * smoothstep(-0.6, 0.7, d));
}

void main() {
    vec2 p = gl_FragCoord.xy;
    vec3 col = cement * (0.955 + 0.06 * noise(p * 0.02) + 0.03 * (hash(p) - 0.5));
    col *= 1.0 - 0.10 * step(0.955, hash(floor(p / 1.5)));
    col = grade(col, p, 15.0, 0.62, 0.7);
    col = grade(col, p, 36.0, 0.72, 2.2);
    col = grade(col, p, 92.0, 0.66, 4.1);

    // A brass strip between two pours, and the dull bloom of a polished floor.
    float strip = dot(p - vec2(452.0, 0.0), normalize(vec2(1.0, -0.32)));
    vec3 brass = vec3(0.80, 0.62, 0.30) * (0.86 + 0.22 * noise(vec2(p.y * 0.5, p.x * 0.02)));
    col *= 1.0 - 0.25 * smoothstep(5.5, 2.5, abs(strip));
    col = mix(col, brass, smoothstep(3.1, 2.1, abs(strip)));
    float bloom = noise(p * 0.0045 + 2.0);
    col = mix(col, vec3(1.0, 0.985, 0.95), 0.14 * bloom * bloom);
    gl_FragColor = vec4(col, 1.0);
}
