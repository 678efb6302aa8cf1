"""Passwords that a stranger would try first: a list of words of our own making, and the usual ways to dress them up.

`is_common` knows a password that is one of the words, or the word with up to six digits or signs around it, with
the usual letters written as digits, doubled, or turned round; also runs along the keyboard, the
alphabet or the digits, and one to three characters repeated.
"""

import re
from functools import cache

_WORDS = """
password passwort passwd passphrase pass secret hidden letmein letmethrough opensesame sesame welcome hello hallo
bonjour login logon signin access admin administrator root superuser user username guest default changeme changethis
change temp temporary test tester testing demo example sample master manager server system computer laptop desktop
internet network wireless router modem windows linux ubuntu debian apple android iphone google facebook twitter
instagram youtube netflix spotify amazon paypal microsoft minecraft fortnite roblox pokemon pikachu nintendo
playstation xbox steam gaming gamer player starwars startrek batman superman spiderman ironman wolverine avengers
matrix trinity morpheus gandalf frodo hobbit harrypotter hermione dumbledore voldemort hogwarts merlin arthur
excalibur dragon dragons phoenix griffin unicorn monkey monkeys tiger tigers panther leopard eagle eagles falcon
falcons hawk raven wolf wolves bear bears shark dolphin dolphins whale turtle penguin rabbit bunny kitten kitty cat
cats puppy doggy dog dogs horse horses pony chicken turkey spider scorpion snake cobra python java javascript ruby
rust golang fractal fractals fractafrag shader shaders glsl opengl webgl vulkan pixel pixels vertex texture raymarch
noise mandelbrot julia football footballer soccer baseball basketball hockey tennis golf golfer cricket rugby
volleyball swimming running runner cycling boxing karate kungfu ninja samurai warrior knight soldier sniper hunter
ranger rangers pirate pirates yankees lakers cowboys steelers patriots packers redsox arsenal chelsea liverpool
manchester barcelona realmadrid juventus bayern dortmund celtic sunshine sunflower sunset sunrise moonlight starlight
midnight summer winter spring autumn january february march april june july august september october november december
monday tuesday wednesday thursday friday saturday sunday morning evening weekend holiday christmas halloween easter
birthday iloveyou loveyou loveme lover lovely love heart hearts sweetheart sweety honey sugar candy cookie cookies
chocolate vanilla strawberry cherry banana apple orange lemon melon peach pepper ginger cinnamon pumpkin potato cheese
pizza burger bacon butter coffee whiskey vodka tequila beer wine princess prince queen king kingdom castle crown angel
angels heaven hell demon devil satan lucifer jesus christ god blessed blessing faith hope grace church bible freedom
liberty justice peace power thunder lightning storm hurricane tornado fire flame water ocean river mountain forest
flower flowers rose lily daisy violet jasmine black white red blue green yellow purple silver golden gold diamond
crystal ruby emerald sapphire michael jennifer jessica ashley matthew daniel andrew joshua christopher anthony william
robert richard charles thomas george edward alexander benjamin samuel nicholas jonathan patrick jordan justin brandon
taylor tyler austin dakota hannah sarah amanda nicole michelle stephanie melissa elizabeth victoria samantha alexandra
charlotte sophie emily olivia maria carlos pedro miguel juan jose antonio francisco marco paolo giovanni hans peter
stefan thomas andreas klaus ferrari porsche mercedes corvette mustang camaro harley davidson yamaha honda toyota chevy
nissan london paris berlin madrid moscow newyork chicago boston dallas texas california florida hawaii canada
australia america england ireland scotland france germany italy spain brazil mexico russia china japan metallica
nirvana slipknot eminem beatles rockstar guitar music piano dancer dancing singer money dollar dollars million
millionaire cash banker business lucky winner loser killer hacker cracker stranger whatever nothing something anything
everything nobody someone trustno trustnoone trustme believe forever always never family mother father brother sister
daughter friend friends friendship buddy babygirl babyboy baby lovebird asshole fuckyou fucking fuckme fuckoff bitch
bullshit shithead dickhead pussy qwerty qwertz azerty qwertyuiop qwertzuiop azertyuiop asdfgh asdfghjkl zxcvbn zxcvbnm
yxcvbnm qazwsx qazwsxedc wsxedc qweasd qweasdzxc poiuytrewq lkjhgfdsa mnbvcxz abcdefg abcdefgh abcabc aabbcc
"""

_RUNS = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "1q2w3e4r5t6y7u8i9o0p",
    "!@#$%^&*()",
)
_PLAIN = str.maketrans("013457@$!|", "oleastasil")
_LONGEST_DRESSING = 6
# Longer ones are only looked at for what repeats itself: nobody tries them early, and the rest takes quadratic time.
_LONGEST = 128
_AFFIXES = re.compile(r"^[\W\d_]+|[\W\d_]+$")


@cache
def _words() -> frozenset[str]:
    return frozenset(_WORDS.split())


def is_common(password: str) -> bool:
    """Whether `password` is one that a stranger would try early."""
    lowered = password.lower()
    if len(lowered) > _LONGEST:
        return _repeats(lowered)
    return any(_is_word(form) or _is_run(form) or _repeats(form) for form in (lowered, lowered[::-1]))


def _is_word(text: str) -> bool:
    plain = text.translate(_PLAIN)
    stripped = (_AFFIXES.sub("", form) for form in (text, plain))
    bare = [form for form in stripped if len(text) - len(form) <= _LONGEST_DRESSING]
    forms = {text, plain, *bare, *(form.translate(_PLAIN) for form in bare)}
    halves = {form[: len(form) // 2] for form in forms if form and form == form[: len(form) // 2] * 2}
    return not _words().isdisjoint(forms | halves)


def _is_run(text: str) -> bool:
    """Whether it is a piece of a row, or two pieces one after the other (`qwerty12345`, `12345678abc`)."""
    if any(text in run for run in _RUNS):
        return True
    return any(_in_a_row(text[:cut]) and _in_a_row(text[cut:]) for cut in range(3, len(text) - 2))


def _in_a_row(text: str) -> bool:
    return any(text in run for run in _RUNS) or len(set(text)) == 1


def _repeats(text: str) -> bool:
    return any(text == (text[:size] * (len(text) // size + 1))[: len(text)] for size in (1, 2, 3))
