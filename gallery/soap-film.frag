// Soap film
// A wire ring lifted out of the bowl: gravity thins the film, colours count the nanometres.
// CC0 1.0: no rights reserved.

uniform float thickness; // = 780.0 in [200.0, 1600.0] step 10.0 "Thickness, nm"
uniform float swirl; // = 0.6 in [0.0, 1.0] "Swirl"

float hash(vec2 p) {
    uvec2 q = uvec2(ivec2(floor(p))) * uvec2(0x9E3779B1u, 0x85EBCA77u);
    uint h = (q.x ^ (q.y >> 3)) * 0xC2B2AE3Du;
    h = (h ^ (h >> 15)) * 0x27D4EB2Fu;
    return float((h ^ (h >> 13)) >> 8) / 16777216.0;
}

float noise(vec2 p) {
    vec2 i = floor(p), f = p - i;
    f = f * f * f * (f * (f * 6.0 - 15.0) + 10.0);
    return mix(mix(hash(i), hash(i + vec2(1, 0)), f.x),
               mix(hash(i + vec2(0, 1)), hash(i + vec2(1, 1)), f.x), f.y);
}

// Reflectance of a film of h nanometres, averaged over three broad bands.
vec3 interference(float h, float cosine) {
    vec3 phase = 6.28318 * 1.33 * h * cosine / vec3(628.0, 540.0, 455.0);
    vec3 blur = exp(-pow(vec3(h) / vec3(2300.0, 2000.0, 1700.0), vec3(2.0)));
    return 0.5 - 0.5 * cos(2.0 * phase) * blur;
}

vec2 stir(vec2 p, float t) {
    float k = 2.1;
    for (int i = 0; i < 6; i++) {
        p.x += 0.34 * swirl / k * sin(k * p.y * 1.2 + t * 0.6 + float(i) * 1.9);
        p.y += 0.20 * swirl / k * sin(k * p.x - t * 0.5 + float(i) * 2.7);
        p = mat2(0.921, 0.389, -0.389, 0.921) * p;
        k *= 1.62;
    }
    return p;
}

vec3 room(vec2 p) {
    vec3 c = mix(vec3(0.030, 0.034, 0.040), vec3(0.115, 0.118, 0.115), smoothstep(-0.75, 0.75, p.y + 0.35 * p.x));
    for (int i = 0; i < 7; i++) {
        vec2 at = vec2(hash(vec2(i, 3)) * 2.2 - 1.1, hash(vec2(i, 5)) * 0.9 - 0.35);
        float r = 0.05 + 0.10 * hash(vec2(i, 9));
        c += mix(vec3(0.14, 0.10, 0.06), vec3(0.05, 0.08, 0.10), hash(vec2(i, 11))) * 0.5 * smoothstep(r + 0.03, r - 0.03, length(p - at));
    }
    return c;
}

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    float px = 1.5 / iResolution.y;
    vec3 col = room(uv);

    vec2 p = (uv - vec2(0.0, 0.02)) / 0.415;
    p.x += 0.08 * p.y;
    p.x *= 1.08;
    float r = length(p), rim = (r - 1.0) * 0.415;

    if (r < 1.0) {
        vec2 q = stir(p * 1.15, iTime * 0.7);
        float layers = 0.5 * noise(q * vec2(1.6, 4.2) + 5.0) + 0.3 * noise(q * vec2(3.2, 9.0)) + 0.2 * noise(q * vec2(6.0, 21.0));
        float fall = smoothstep(1.05, -1.25, p.y + 0.55 * swirl * (q.y * 0.7 - p.y));
        float h = thickness * fall * fall * (0.72 + 0.75 * layers) + 60.0 * layers;
        h += thickness * 0.35 * exp(-(1.0 - r) * 16.0);
        float bulge = sqrt(1.0 - r * r * 0.55);
        vec3 film = interference(h, bulge);
        vec3 n = normalize(vec3(p * 0.55 + 0.05 * (q - p), 1.0));

        // Two tall windows mirrored in the film, once from its front and once, upside down, from its back.
        vec2 a = n.xy * 1.5 - vec2(-0.36, 0.42), b = -n.xy * 1.5 - vec2(-0.30, 0.36);
        float panes = smoothstep(0.26, 0.20, abs(a.x)) * smoothstep(0.36, 0.30, abs(a.y)) * smoothstep(0.012, 0.03, abs(a.x)) * smoothstep(0.012, 0.03, abs(a.y + 0.05));
        panes += 0.5 * smoothstep(0.16, 0.12, abs(b.x)) * smoothstep(0.22, 0.18, abs(b.y)) * smoothstep(0.010, 0.025, abs(b.x));
        float fresnel = 0.55 + 1.3 * pow(r, 5.0);
        col = mix(col, col * 0.55, 0.6) + film * film * (0.62 * fresnel + 1.5 * panes);
    }

    // The wire: a round brass rod, wet beads along its foot.
    float wire = 0.0115, across = clamp(rim / wire, -1.0, 1.0);
    vec3 wn = vec3(normalize(p) * across, sqrt(1.0 - across * across));
    vec3 brass = vec3(0.16, 0.11, 0.05) + vec3(1.0, 0.78, 0.42) * pow(max(dot(wn, normalize(vec3(-0.5, 0.75, 0.6))), 0.0), 6.0) * 1.3;
    brass += vec3(0.35, 0.42, 0.5) * pow(max(dot(wn, normalize(vec3(0.8, -0.2, 0.5))), 0.0), 8.0);
    float handle = max(abs(uv.x + 0.02) - 0.0095, uv.y + 0.405);
    float grip = clamp((uv.x + 0.02) / 0.0095, -1.0, 1.0);
    vec3 rod = vec3(0.14, 0.10, 0.05) + vec3(0.9, 0.7, 0.38) * pow(max(0.75 - abs(grip + 0.35), 0.0), 3.0) * 2.0;
    col = mix(col, rod, smoothstep(px, -px, handle));
    col = mix(col, brass, smoothstep(px, -px, abs(rim) - wire));

    col *= 1.0 - 0.5 * dot(uv * 0.9, uv * 0.9);
    col = 1.0 - exp(-col * 1.9);
    col = pow(col, vec3(1.0 / 2.1)) + (hash(fragCoord + 13.0) - 0.5) / 110.0;
    fragColor = vec4(col, 1.0);
}
