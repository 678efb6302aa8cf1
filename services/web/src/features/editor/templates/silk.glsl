// Silk: a plane bent by its own waves.
// iTime counts seconds, iResolution is the size in pixels.

uniform float folds; // = 5.0 in [1.0, 9.0] step 1.0 "Folds"
uniform vec3 tint; // = vec3(0.95, 0.55, 0.25) color "Tint"

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
  // From pixels to a plane of height 2 around the middle.
  vec2 p = (2.0 * fragCoord - iResolution.xy) / iResolution.y;

  // Each turn bends the plane a little more, and finer.
  for (float i = 1.0; i <= folds; i++) {
    p.x += 0.6 / i * sin(1.9 * i * p.y + 0.5 * iTime);
    p.y += 0.4 / i * cos(1.7 * i * p.x + 0.3 * iTime);
  }

  // Light falls on what faces it.
  float light = 0.5 + 0.5 * sin(2.0 * p.x + p.y);
  vec3 color = mix(vec3(0.03, 0.04, 0.09), tint, light * light);
  color += 0.35 * pow(light, 12.0);

  fragColor = vec4(color, 1.0);
}
