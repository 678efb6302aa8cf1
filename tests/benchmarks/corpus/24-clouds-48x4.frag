// Public domain (CC0). One of the 24 shaders of tests/benchmarks/renderer.py.
float hash3(vec3 p){return fract(sin(dot(p,vec3(127.1,311.7,74.7)))*43758.5453);}
float noise3(vec3 p){vec3 i=floor(p),f=fract(p);f=f*f*(3.0-2.0*f);return mix(mix(mix(hash3(i),hash3(i+vec3(1,0,0)),f.x),mix(hash3(i+vec3(0,1,0)),hash3(i+vec3(1,1,0)),f.x),f.y),mix(mix(hash3(i+vec3(0,0,1)),hash3(i+vec3(1,0,1)),f.x),mix(hash3(i+vec3(0,1,1)),hash3(i+vec3(1,1,1)),f.x),f.y),f.z);}
void mainImage(out vec4 color, in vec2 position) {
  vec2 uv = position / iResolution.xy;
  vec2 p = (2.0 * position - iResolution.xy) / iResolution.y;
  float t = iTime;
  vec3 c = vec3(0.0);
  vec3 rd = normalize(vec3(p, 1.5));
  float alpha = 0.0;
  c = mix(vec3(0.6, 0.7, 0.9), vec3(0.2, 0.4, 0.7), uv.y);
  for (int i = 0; i < 48; i++) {
    vec3 q = rd * (2.0 + 0.12 * float(i)) + vec3(t * 0.3, 0.0, t * 0.2);
    float density = 0.0, a = 0.5;
    for (int o = 0; o < 4; o++) {
      density += a * noise3(q);
      q = q * 2.02 + 3.1;
      a *= 0.5;
    }
    float k = smoothstep(0.45, 0.7, density) * 0.12 * (1.0 - alpha);
    alpha += k;
    c = mix(c, vec3(1.0 - 0.6 * density), k);
  }
  color = vec4(c, 1.0);
}
