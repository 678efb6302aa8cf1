// Public domain (CC0). One of the 24 shaders of tests/benchmarks/renderer.py.
float hash(vec2 p){return fract(sin(dot(p,vec2(127.1,311.7)))*43758.5453);}
float noise(vec2 p){vec2 i=floor(p),f=fract(p);f=f*f*(3.0-2.0*f);return mix(mix(hash(i),hash(i+vec2(1,0)),f.x),mix(hash(i+vec2(0,1)),hash(i+vec2(1,1)),f.x),f.y);}
float fbm(vec2 p){float a=0.5,s=0.0;for(int i=0;i<6;i++){s+=a*noise(p);p=p*2.03+7.1;a*=0.5;}return s;}
void mainImage(out vec4 color, in vec2 position) {
  vec2 uv = position / iResolution.xy;
  vec2 p = (2.0 * position - iResolution.xy) / iResolution.y;
  float t = iTime;
  vec3 c = vec3(0.0);
  vec3 ro = vec3(t, 1.2, 0.0), rd = normalize(vec3(p.x, p.y - 0.3, 1.4));
  float d = 0.05;
  c = mix(vec3(0.8, 0.85, 0.9), vec3(0.3, 0.5, 0.8), uv.y);
  for (int i = 0; i < 128; i++) {
    vec3 q = ro + rd * d;
    float h = 0.9 * noise(q.xz) + 0.35 * noise(q.xz * 2.3) + 0.15 * noise(q.xz * 5.1);
    if (q.y < h) {
      c = mix(mix(vec3(0.2, 0.3, 0.1), vec3(0.9), smoothstep(0.6, 1.1, h)), c, 1.0 - exp(-0.02 * d * d));
      break;
    }
    d += max(0.02, 0.4 * (q.y - h));
    if (d > 14.0) break;
  }
  color = vec4(c, 1.0);
}
