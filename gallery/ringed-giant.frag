// Ringed giant
// A banded planet, the shadow of its rings across it and its own shadow across the rings.
// CC0 1.0: no rights reserved.

uniform float tilt; // = 0.36 in [0.1, 0.8] "Tilt of the rings"
uniform vec3 tint; // = vec3(0.93, 0.70, 0.46) color "Cloud tops"

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

float fbm(vec2 p) {
    float v = 0.0, a = 0.5;
    for (int i = 0; i < 5; i++) {
        v += a * noise(p);
        p = mat2(1.6, 1.2, -1.2, 1.6) * p + 2.3;
        a *= 0.5;
    }
    return v;
}

const vec3 SUN = normalize(vec3(-0.80, 0.34, 0.50));

// Opacity of the rings at radius r (planet radii), fine grooves included.
float ring(float r) {
    float a = 0.35 * smoothstep(1.24, 1.30, r) * smoothstep(1.52, 1.50, r);
    a += 0.92 * smoothstep(1.52, 1.54, r) * smoothstep(1.95, 1.94, r);
    a += 0.62 * smoothstep(2.03, 2.04, r) * smoothstep(2.27, 2.26, r) * smoothstep(0.006, 0.012, abs(r - 2.21));
    float grooves = 0.55 * noise(vec2(r * 46.0, 1.0)) + 0.45 * noise(vec2(r * 150.0, 2.0));
    return a * (0.45 + 0.75 * grooves);
}

// Cloud bands: zones slide past each other at their own speed and curl where they meet.
vec3 clouds(vec3 n) {
    float lat = n.y, lon = atan(n.z, n.x);
    float jet = sin(lat * 21.0) * 0.5 + sin(lat * 9.0 + 1.0) * 0.5;
    vec2 q = vec2(lon * 2.6 + 0.26 * iTime + 1.3 * jet * sin(0.13 * iTime), lat * 9.0);
    float curl = fbm(q * vec2(1.1, 1.0) + 0.8 * fbm(q * 2.0 + iTime * 0.05));
    float band = lat * 7.0 + 0.55 * (curl - 0.5) * (1.0 - 0.7 * abs(lat));
    float v = 0.55 * noise(vec2(band * 1.9, 3.0)) + 0.30 * noise(vec2(band * 5.0, 7.0)) + 0.15 * fbm(q * vec2(2.0, 5.0));
    vec3 c = mix(tint * vec3(0.50, 0.38, 0.30), tint, smoothstep(0.25, 0.62, v));
    c = mix(c, vec3(1.0, 0.94, 0.84), smoothstep(0.56, 0.82, v) * 0.75);
    c = mix(c, vec3(0.42, 0.50, 0.56), smoothstep(0.62, 0.98, abs(lat)) * 0.65);
    vec2 o = vec2(mod(lon - 0.9 + iTime * 0.13 + 3.1416, 6.2832) - 3.1416, (lat + 0.36) * 2.3);
    float spot = length(o * vec2(0.9, 1.35));
    c = mix(c, tint * vec3(0.92, 0.50, 0.34), smoothstep(0.30, 0.16, spot + 0.08 * (curl - 0.5)));
    return c * mix(0.9, 1.1, curl);
}

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    float px = 2.0 / iResolution.y;

    // Space: a faint dust lane and a scatter of stars.
    float lane = fbm(uv * 1.6 + 4.0) * fbm(uv * 0.7 - uv.x * 0.5);
    vec3 col = vec3(0.008, 0.011, 0.024) + vec3(0.16, 0.10, 0.14) * pow(lane, 1.5) * smoothstep(1.5, 0.0, abs(uv.y + 0.5 * uv.x - 0.25));
    for (int i = 0; i < 2; i++) {
        vec2 g = uv * (20.0 + 24.0 * float(i)), cell = floor(g);
        vec2 at = 0.25 + 0.5 * vec2(hash(cell + 3.0), hash(cell + 7.0));
        float b = pow(hash(cell + 11.0), 5.0) * step(0.75, hash(cell));
        col += mix(vec3(1.0, 0.8, 0.6), vec3(0.7, 0.85, 1.0), hash(cell + 13.0)) * (b + 0.03) * 1.3 * smoothstep(0.16, 0.0, length(fract(g) - at));
    }

    // Orthographic view; the ring plane is tipped towards us and rolled to the right.
    vec2 p = uv - vec2(0.10, 0.0);
    p = mat2(0.927, -0.375, 0.375, 0.927) * p / 0.62;
    vec3 axis = vec3(0.0, cos(tilt), sin(tilt));
    vec3 east = vec3(1, 0, 0), pole = axis, front = cross(east, pole);
    vec3 sun = vec3(SUN.x, dot(SUN, axis), dot(SUN, front));
    float squash = 0.94, r2 = p.x * p.x + p.y * p.y / (squash * squash);

    // Where the line of sight meets the ring plane, in the planet's own frame.
    vec2 plane = vec2(p.x, -p.y / axis.z);
    float rr = length(plane), w = px / 0.62 / axis.z;
    float a = mix(ring(rr), 0.5 * (ring(rr - w) + ring(rr + w)), 0.5);
    bool ahead = p.y < 0.0;
    vec3 at = vec3(plane.x, 0.0, plane.y);
    float behind = dot(at, sun), off = length(at - sun * behind);
    float eclipse = behind < 0.0 ? smoothstep(0.96, 1.02, off) : 1.0;
    vec3 ice = mix(vec3(0.62, 0.53, 0.44), vec3(0.98, 0.90, 0.79), noise(vec2(rr * 23.0, 5.0)));
    vec3 rings = ice * (0.10 + 1.15 * eclipse);

    if (!ahead) col = mix(col, rings, a);
    if (r2 < 1.03) {
        float z = sqrt(max(1.0 - r2, 0.0));
        vec3 view = vec3(p.x, p.y / squash, z);
        vec3 n = normalize(vec3(view.x, dot(view, axis), dot(view, front)));
        float day = dot(n, sun);
        float s = -n.y / sun.y;
        vec3 hit = n + sun * s;
        float shade = s > 0.0 ? 1.0 - 0.85 * ring(length(hit.xz)) : 1.0;
        float lit = smoothstep(-0.06, 0.9, day) * shade;
        vec3 body = clouds(n) * (1.45 * lit + 0.012);
        body += tint * 0.10 * lit * pow(1.0 - z, 3.0);
        col = mix(col, body, smoothstep(1.0 + px * 1.6, 1.0 - px * 1.6, r2));
    }
    if (ahead) col = mix(col, rings, a);

    // Two moons, one of them throwing a speck of light near the ring's tip.
    vec2 m = uv - vec2(-1.18, 0.44 + 0.01 * sin(iTime * 0.4));
    float md = length(m) / 0.045;
    if (md < 1.1) col = mix(col, vec3(0.75, 0.74, 0.72) * (max(dot(vec3(m / 0.045, sqrt(max(1.0 - md * md, 0.0))), SUN), 0.0) * (0.8 + 0.4 * noise(m * 160.0)) + 0.01), smoothstep(1.05, 0.95, md));
    vec2 m2 = uv - vec2(1.30 - 0.02 * iTime * 0.1, -0.62);
    col += vec3(0.8, 0.85, 0.9) * smoothstep(0.016, 0.008, length(m2));

    col = 1.0 - exp(-col * 1.55);
    col = pow(col, vec3(1.0 / 2.1)) + (hash(fragCoord + 3.0) - 0.5) / 120.0;
    fragColor = vec4(col, 1.0);
}
