"""Shaders that tests draw, good and hostile."""

GRADIENT = "void mainImage(out vec4 c, in vec2 p) { c = vec4(p / iResolution.xy, 0.25, 1.0); }"
MOVING = "void mainImage(out vec4 c, in vec2 p) { c = vec4(0.5 + 0.5 * sin(iTime * 3.0 + p.xyx * 0.02), 1.0); }"

# The same picture in each dialect: red grows to the right, green upwards, blue with the time (0.25 at 1 s).
DIALECTS = {
    "shadertoy": "void mainImage(out vec4 c, in vec2 p) { c = vec4(p / iResolution.xy, iTime * 0.25, 1.0); }",
    "glsl-sandbox": (
        "uniform float time; uniform vec2 resolution;\n"
        "void main() { gl_FragColor = vec4(gl_FragCoord.xy / resolution, time * 0.25, 1.0); }"
    ),
    "book-of-shaders": (
        "#ifdef GL_ES\nprecision mediump float;\n#endif\nuniform float u_time; uniform vec2 u_resolution;\n"
        "void main() { gl_FragColor = vec4(gl_FragCoord.xy / u_resolution, u_time * 0.25, 1.0); }"
    ),
    "es100": "void main() { gl_FragColor = vec4(gl_FragCoord.xy / vec2(640.0, 360.0), 0.25, 1.0); }",
    "es300": (
        "#version 300 es\nprecision highp float;\nuniform float u_time;\nuniform vec2 u_resolution;\nout vec4 colour;\n"
        "void main() { colour = vec4(gl_FragCoord.xy / u_resolution, u_time * 0.25, 1.0); }"
    ),
}

# About a second of honest work on two cores: far from any loop limit, long enough to be interrupted.
SLOW = """void mainImage(out vec4 c, in vec2 p) {
  float a = p.x * 0.01;
  for (int i = 0; i < 900; i++) a = sin(a * 1.1 + p.y * 0.001) + 0.5;
  c = vec4(a, p / iResolution.xy, 1.0);
}"""


def solid(red: int, green: int, blue: int) -> str:
    """One colour everywhere, in whole levels of 255."""
    return f"void mainImage(out vec4 c, in vec2 p) {{ c = vec4({red}.0, {green}.0, {blue}.0, 255.0) / 255.0; }}"


def body(text: str, before: str = "") -> str:
    """A Shadertoy shader around statements that may use and change `a`."""
    return (
        f"{before}void mainImage(out vec4 c, in vec2 p) {{ float a = p.x + iTime; {text} c = vec4(a, 0.0, 0.0, 1.0); }}"
    )


_DOUBLING = "float f0(float x) { return sin(x); }" + "".join(
    f"float f{n}(float x) {{ return f{n - 1}(x) + f{n - 1}(x + 1.0); }}" for n in range(1, 23)
)
_MACROS = "#define A0 a + a\n" + "".join(f"#define A{n} {' + '.join([f'A{n - 1}'] * 8)}\n" for n in range(1, 9))

_HARD_TO_TRANSLATE = {"compile_timeout", "memory_limit"}

# Name, source, and the codes that /render may answer with; `drawn` is a picture. With an endless loop llvmpipe stops
# by itself and the loop check finds it; what cannot be translated is stopped by the watcher.
HOSTILE: dict[str, tuple[str, set[str]]] = {
    "for without effect": (body("for (;;) {}"), {"compile_failed"}),
    "for": (body("for (;;) { a = sin(a * 1.1) * 2.0; if (a > 100.0) break; }"), {"loop_limit"}),
    "while": (body("while (true) { a = sin(a * 1.1) * 2.0; if (a > 100.0) break; }"), {"loop_limit"}),
    "do": (body("do { a = sin(a * 1.1) * 2.0; } while (a < 100.0);"), {"loop_limit"}),
    "nested": (
        body("for (int i = 0; i < 90000; i++) for (int j = 0; j < 90000; j++) { a = sin(a + float(i * j)); }"),
        {"loop_limit"},
    ),
    "two thousand million": (body("for (int i = 0; i < 2000000000; i++) { a = sin(a + float(i)); }"), {"loop_limit"}),
    "loop in a function, in a macro": (
        body(
            "LOOP { a = sin(f(a)); }",
            "#define LOOP for (int i = 0; i < 1000000; i++)\n"
            "float f(float x) { while (true) { x = cos(x); if (x > 9.0) break; } return x; }\n",
        ),
        {"loop_limit"},
    ),
    "hidden in a macro": (
        body("LOOP ;;) { a = sin(a * 1.1) * 2.0; if (a > 100.0) break; }", "#define LOOP for (\n"),
        {"loop_limit"},
    ),
    "a step that leads nowhere": (body("int i; for (i = 0; i < 1; i = i * 1) {}"), {"loop_limit"}),
    "a corner of ten pixels": (
        body("if (p.x < 10.0 && p.y < 1.0) for (int i = 0; i < 90000; i++) a = sin(a + float(i));"),
        {"loop_limit"},
    ),
    "64 KB array": (
        body("float z[16384]; for (int i = 0; i < 16384; i++) z[i] = a; a = z[int(p.x) & 16383];"),
        {"compile_failed"},
    ),
    "many statements": (
        body("a=sin(a);" * 7000),
        _HARD_TO_TRANSLATE,
    ),
    "4 million inlined calls": (body("a = f22(a);", _DOUBLING), _HARD_TO_TRANSLATE),
    "macro bomb": (body("a = A8;", _MACROS), _HARD_TO_TRANSLATE | {"compile_failed"}),
    "deep nesting": (body(f"a = {'(' * 2000}a{')' * 2000};"), {"drawn", "compile_failed"}),
    "recursion": (body("a = f(a);", "float f(float x) { return f(x - 1.0); }"), {"compile_failed"}),
    "long comment": (body("", f"/*{'x' * 64000}*/\n"), {"drawn"}),
}
