// Public domain (CC0). One of the 24 shaders of tests/benchmarks/renderer.py.
float hash(vec2 p){return fract(sin(dot(p,vec2(127.1,311.7)))*43758.5453);}
float noise(vec2 p){vec2 i=floor(p),f=fract(p);f=f*f*(3.0-2.0*f);return mix(mix(hash(i),hash(i+vec2(1,0)),f.x),mix(hash(i+vec2(0,1)),hash(i+vec2(1,1)),f.x),f.y);}
float fbm(vec2 p){float a=0.5,s=0.0;for(int i=0;i<6;i++){s+=a*noise(p);p=p*2.03+7.1;a*=0.5;}return s;}
void mainImage(out vec4 color, in vec2 position) {
  vec2 uv = position / iResolution.xy;
  vec2 p = (2.0 * position - iResolution.xy) / iResolution.y;
  float t = iTime;
  vec3 c = vec3(0.0);
  c = vec3(noise(p * 8.0 + t), noise(p * 8.0 - t + 20.0), noise(p * 16.0));
  color = vec4(c, 1.0);
}
