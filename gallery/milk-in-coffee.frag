// Milk in coffee
// A fork of "Ink in water": the plumes are milk now, the tank a cup, and the spoon has just left.
// CC0 1.0: no rights reserved.

uniform float milk; // = 1.0 in [0.2, 2.0] "Milk"
uniform float spoon; // = 1.0 in [0.0, 2.5] "Turns of the spoon"

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

float fbm(vec2 p) {
    float v = 0.0, a = 0.5;
    for (int i = 0; i < 5; i++) {
        v += a * noise(p);
        p = mat2(1.6, 1.2, -1.2, 1.6) * p + 3.7;
        a *= 0.5;
    }
    return v;
}

// Swirl the plane with a stack of divergence-free shears, each finer than the last.
vec2 stir(vec2 p, float t) {
    float k = 1.3;
    for (int i = 0; i < 7; i++) {
        float s = float(i) * 1.7;
        p.x += 0.42 / k * sin(k * p.y + t * 0.45 + s);
        p.y += 0.42 / k * sin(k * p.x * 1.13 - t * 0.38 + s * 2.3);
        p = mat2(0.878, 0.479, -0.479, 0.878) * p;
        k *= 1.48;
    }
    return p;
}

// A plume: thick above, thin streaks below, curled caps along its front.
float plume(vec2 p, float t, float seed) {
    vec2 q = stir(p * 1.5 + vec2(seed * 3.0, seed + t * 0.12), t + seed);
    vec2 drift = q - stir(vec2(seed * 3.0, seed + t * 0.12), t + seed);
    float threads = fbm(q * vec2(2.3, 1.1) + seed);
    float folds = abs(fbm(q * 1.25 + seed * 2.0 + 11.0) - 0.5) * 2.0;
    float fall = smoothstep(-0.75, 0.45, p.y + 0.9 * (threads - 0.5) + 0.10 * drift.x);
    float core = length(vec2(p.x * 1.05 + 0.16 * drift.y, min(p.y - 0.5, 0.0) * 0.45));
    float sheet = smoothstep(0.85, 0.10, core + folds * 0.42);
    return fall * sheet * (0.15 + 1.1 * threads * threads + 1.5 * pow(1.0 - folds, 6.0));
}

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    float px = 1.3 / iResolution.y;
    vec2 p = uv - vec2(0.0, 0.01);
    float r = length(p), a = atan(p.y, p.x);

    // Walnut table, saucer, cup: each a disc with its own shadow.
    float grain = noise(vec2(uv.x * 3.0 + 0.4 * noise(uv * 3.0), uv.y * 46.0)) * 0.6 + noise(vec2(uv.x * 11.0, uv.y * 150.0)) * 0.4;
    vec3 col = mix(vec3(0.085, 0.040, 0.022), vec3(0.205, 0.108, 0.058), grain);
    col *= 0.55 + 0.75 * smoothstep(1.2, -0.2, length(uv - vec2(-0.6, 0.5)));
    vec2 light = vec2(-0.6, 0.8);
    col *= 1.0 - 0.75 * smoothstep(0.62, 0.46, length(p - vec2(0.030, -0.042)));
    float dish = 0.80 + 0.30 * dot(p / 0.53, light) * smoothstep(0.40, 0.53, r) - 0.22 * smoothstep(0.50, 0.40, r);
    vec3 china = vec3(0.64, 0.60, 0.54) * dish;
    china = mix(china, vec3(0.10, 0.20, 0.27), smoothstep(px, -px, abs(r - 0.505) - 0.0045) * 0.85);
    col = mix(col, china, smoothstep(px, -px, r - 0.535));
    col *= 1.0 - 0.70 * smoothstep(0.47, 0.37, length(p - vec2(0.028, -0.040))) * step(r, 0.535);

    // Coffee: the spoon's turning winds the plumes round the middle.
    float wind = spoon * (2.6 * exp(-r * 3.6) + 0.5) * (2.4 - 1.4 * exp(-0.09 * iTime)) + 0.12 * iTime;
    vec2 q = mat2(cos(wind), sin(wind), -sin(wind), cos(wind)) * p * 2.1;
    float t = iTime * 0.4 + 3.0;
    float m = (plume(q * 1.2 + vec2(0.42, -0.30), t, 1.0) + 0.9 * plume(-q * 1.2 + vec2(0.30, -0.30), t * 0.9 + 4.0, 2.6)) * milk;
    vec3 coffee = mix(vec3(0.030, 0.010, 0.004), vec3(0.115, 0.042, 0.013), smoothstep(0.0, 0.39, r));
    vec3 cream = mix(vec3(0.46, 0.215, 0.085), vec3(0.91, 0.76, 0.56), smoothstep(0.3, 1.5, m));
    vec3 cup = mix(coffee, cream, 1.0 - exp(-m * 2.4));
    float slope = dFdx(m) * -0.6 + dFdy(m) * 0.8;
    cup += vec3(0.9, 0.7, 0.5) * clamp(slope * iResolution.y / 1300.0, -0.06, 0.12);
    float foam = smoothstep(0.335, 0.388, r + 0.016 * noise(vec2(a * 6.0, t * 0.3)) + 0.010 * noise(p * 60.0));
    vec2 g = p * 75.0;
    float bubbles = smoothstep(0.38, 0.28, length(fract(g) - 0.35 - 0.3 * vec2(hash(g), hash(g + 5.0)))) * hash(g + 9.0);
    cup = mix(cup, vec3(0.50, 0.27, 0.115) * (0.75 + 0.5 * bubbles), foam * 0.85);
    vec2 win = (p - vec2(-0.15, 0.17)) * mat2(0.96, 0.28, -0.28, 0.96);
    cup += vec3(0.75, 0.85, 0.95) * 0.16 * smoothstep(0.072, 0.055, abs(win.x)) * smoothstep(0.052, 0.036, abs(win.y)) * smoothstep(0.003, 0.007, abs(win.x));

    // The rim: a rounded lip that throws a little light and shade inside.
    float lip = clamp((r - 0.411) / 0.019, -1.0, 1.0), up = sqrt(1.0 - lip * lip);
    float lit = dot(normalize(vec3(p / max(r, 0.01) * lip, up)), normalize(vec3(light, 0.9)));
    cup *= 1.0 - 0.62 * smoothstep(0.32, 0.40, r) * smoothstep(-0.3, 0.8, dot(p / max(r, 0.01), light));
    col = mix(col, cup, smoothstep(px, -px, r - 0.400));
    vec2 h = p - vec2(0.475, -0.12);
    float handle = abs(length(h * vec2(1.0, 1.9)) - 0.070) - 0.022;
    col = mix(col, vec3(0.66, 0.62, 0.56) * (0.72 + 0.4 * dot(normalize(h), light)), smoothstep(px, -px, handle) * step(0.41, r));
    col = mix(col, vec3(0.74, 0.70, 0.63) * (0.30 + 0.85 * max(lit, 0.0)), smoothstep(px, -px, abs(r - 0.411) - 0.019));

    col *= 1.05 - 0.38 * dot(uv, uv);
    col = 1.0 - exp(-col * 1.75);
    fragColor = vec4(pow(col, vec3(1.0 / 2.0)) + (hash(fragCoord) - 0.5) / 110.0, 1.0);
}
