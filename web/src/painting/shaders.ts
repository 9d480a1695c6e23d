import type { ProgramName } from './passes.ts'

/** A triangle that covers everything; no vertices are sent. */
export const vertex = `#version 300 es
void main() {
  vec2 at = vec2(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0);
  gl_Position = vec4(at, 0.0, 1.0);
}`

/**
 * Rows are counted from the top, as the service counts them; colours are of sRGB, alpha is not multiplied in. `level` says how
 * often the sides of what is read are halved.
 */
const head = `#version 300 es
precision highp float;
precision highp int;
uniform sampler2D picture;
uniform int level;
out vec4 result;
ivec2 here() { return ivec2(gl_FragCoord.xy); }
vec4 pixel(ivec2 at) { return texelFetch(picture, at, level); }
ivec2 extent() { return textureSize(picture, level); }
`

/** What is done to a region only. */
const region = `
uniform vec4 box;
bool inBox(ivec2 at) {
  ivec2 into = at - ivec2(box.xy);
  return into.x >= 0 && into.y >= 0 && into.x < int(box.z) && into.y < int(box.w);
}
`

/** The colours that libvips goes through: linear light, XYZ and L*a*b* under D65. */
const colours = `
vec3 light(vec3 c) { return mix(c / 12.92, pow((c + 0.055) / 1.055, vec3(2.4)), step(0.04045, c)); }
vec3 unlit(vec3 c) {
  c = clamp(c, 0.0, 1.0);
  return mix(c * 12.92, 1.055 * pow(c, vec3(1.0 / 2.4)) - 0.055, step(0.0031308, c));
}
const vec3 white = vec3(0.95047, 1.0, 1.0883);
vec3 labOf(vec3 c) {
  c = light(c);
  vec3 xyz = vec3(
    dot(c, vec3(0.4124, 0.3576, 0.1805)),
    dot(c, vec3(0.2126, 0.7152, 0.0722)),
    dot(c, vec3(0.0193, 0.1192, 0.9505))) / white;
  vec3 f = mix(7.787 * xyz + 16.0 / 116.0, pow(xyz, vec3(1.0 / 3.0)), step(0.008856, xyz));
  return vec3(116.0 * f.y - 16.0, 500.0 * (f.x - f.y), 200.0 * (f.y - f.z));
}
vec3 rgbOf(vec3 lab) {
  float y = (lab.x + 16.0) / 116.0;
  vec3 f = vec3(y + lab.y / 500.0, y, y - lab.z / 200.0);
  vec3 xyz = mix((f - 16.0 / 116.0) / 7.787, f * f * f, step(0.2068966, f)) * white;
  return unlit(vec3(
    dot(xyz, vec3(3.2406, -1.5372, -0.4986)),
    dot(xyz, vec3(-0.9689, 1.8758, 0.0415)),
    dot(xyz, vec3(0.0557, -0.2040, 1.0570))));
}
float greyOf(vec3 c) { return unlit(vec3(dot(light(c), vec3(0.2126, 0.7152, 0.0722)))).x; }
`

export const fragments: Readonly<Record<ProgramName | 'show', string>> = {
  move: `${head}
uniform vec4 rows;
uniform vec2 from;
void main() {
  vec2 at = floor(gl_FragCoord.xy);
  result = pixel(ivec2(vec2(dot(rows.xy, at), dot(rows.zw, at)) + from));
}`,
  rotate: `${head}
uniform vec2 angle;
uniform vec2 from;
uniform vec4 colour;
vec4 around(ivec2 at) {
  ivec2 most = extent();
  bool inside = at.x >= 0 && at.y >= 0 && at.x < most.x && at.y < most.y;
  vec4 found = inside ? pixel(at) : colour;
  return vec4(found.rgb * found.a, found.a);
}
void main() {
  vec2 out_ = vec2(here()) + from;
  vec2 at = vec2(out_.x * angle.x + out_.y * angle.y, out_.y * angle.x - out_.x * angle.y);
  ivec2 low = ivec2(floor(at));
  vec2 part = fract(at);
  vec4 mixed = mix(
    mix(around(low), around(low + ivec2(1, 0)), part.x),
    mix(around(low + ivec2(0, 1)), around(low + ivec2(1, 1)), part.x), part.y);
  result = mixed.a == 0.0 ? vec4(colour.rgb, 0.0) : vec4(mixed.rgb / mixed.a, mixed.a);
}`,
  pad: `${head}
uniform vec2 from;
uniform vec4 colour;
void main() {
  ivec2 at = here() - ivec2(from);
  ivec2 most = extent();
  bool inside = at.x >= 0 && at.y >= 0 && at.x < most.x && at.y < most.y;
  result = inside ? pixel(at) : colour;
}`,
  modulate: `${head}${colours}
uniform vec3 factors;
void main() {
  vec4 found = pixel(here());
  vec3 lab = labOf(found.rgb);
  float chroma = length(lab.yz) * factors.y;
  float hue = atan(lab.z, lab.y) + radians(factors.z);
  result = vec4(rgbOf(vec3(lab.x * factors.x, chroma * cos(hue), chroma * sin(hue))), found.a);
}`,
  contrast: `${head}
uniform float amount;
void main() {
  vec4 found = pixel(here());
  result = vec4(clamp(found.rgb * amount + 0.5 * (1.0 - amount), 0.0, 1.0), found.a);
}`,
  gamma: `${head}
uniform float exponent;
void main() {
  vec4 found = pixel(here());
  result = vec4(pow(found.rgb, vec3(exponent)), found.a);
}`,
  grayscale: `${head}${colours}
void main() {
  vec4 found = pixel(here());
  result = vec4(vec3(greyOf(found.rgb)), found.a);
}`,
  tint: `${head}${colours}
uniform vec4 colour;
void main() {
  vec4 found = pixel(here());
  float grey = greyOf(found.rgb);
  float l = labOf(vec3(grey)).x;
  float weight = 1.0 - 4.0 * (l / 100.0 - 0.5) * (l / 100.0 - 0.5);
  result = vec4(rgbOf(vec3(l, weight * labOf(colour.rgb).yz)), found.a);
}`,
  negate: `${head}
void main() {
  vec4 found = pixel(here());
  result = vec4(1.0 - found.rgb, found.a);
}`,
  // Weights are whole numbers of twenty, as in libvips
  blur: `${head}${region}
uniform float sigma;
uniform float reach;
uniform vec2 along;
void main() {
  ivec2 at = here();
  result = pixel(at);
  if (!inBox(at)) return;
  ivec2 least = ivec2(box.xy);
  ivec2 most = least + ivec2(box.zw) - 1;
  ivec2 by = ivec2(along);
  vec4 sum = vec4(0.0);
  float weights = 0.0;
  int far = int(reach);
  for (int n = -far; n <= far; n++) {
    float weight = floor(20.0 * exp(-float(n * n) / (2.0 * sigma * sigma)) + 0.5);
    vec4 found = pixel(clamp(at + n * by, least, most));
    sum += weight * vec4(found.rgb * found.a, found.a);
    weights += weight;
  }
  sum /= weights;
  result = sum.a == 0.0 ? vec4(0.0) : vec4(sum.rgb / sum.a, sum.a);
}`,
  // A row of each block, then a column of what that gave
  pixelate: `${head}${region}
uniform float side;
uniform vec2 along;
void main() {
  ivec2 at = here();
  result = pixel(at);
  if (!inBox(at)) return;
  ivec2 by = ivec2(along);
  ivec2 into = at - ivec2(box.xy);
  float place = dot(vec2(into), along);
  float block = max(side, 1.0);
  float first = floor((place + 0.5) / block);
  int from = int(floor(first * block + 0.5));
  int to = min(int(floor((first + 1.0) * block + 0.5)), int(dot(box.zw, along)));
  vec4 sum = vec4(0.0);
  for (int n = from; n < to; n++) {
    vec4 found = pixel(at + (n - int(place)) * by);
    sum += vec4(found.rgb * found.a, found.a);
  }
  sum /= float(max(to - from, 1));
  result = sum.a == 0.0 ? vec4(0.0) : vec4(sum.rgb / sum.a, sum.a);
}`,
  radius: `${head}
uniform float radius;
void main() {
  vec4 found = pixel(here());
  vec2 size = vec2(extent());
  vec2 at = min(gl_FragCoord.xy, size - gl_FragCoord.xy);
  vec2 into = radius - at;
  float cover = into.x > 0.0 && into.y > 0.0 ? clamp(radius - length(into) + 0.5, 0.0, 1.0) : 1.0;
  result = vec4(found.rgb, found.a * cover);
}`,
  background: `${head}
uniform vec4 colour;
void main() {
  vec4 found = pixel(here());
  float below = colour.a * (1.0 - found.a);
  float alpha = found.a + below;
  result = alpha == 0.0 ? vec4(0.0) : vec4((found.rgb * found.a + colour.rgb * below) / alpha, alpha);
}`,
  // The screen counts its rows from below
  show: `${head}
void main() {
  ivec2 at = here();
  result = pixel(ivec2(at.x, extent().y - 1 - at.y));
}`,
}
